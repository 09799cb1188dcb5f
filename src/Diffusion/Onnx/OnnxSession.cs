using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using RenderFarm.Diffusion.Lora;
using RenderFarm.Diffusion.Model;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>One graph of a package, loaded, with the signature its pipeline needs.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession session;
    private readonly GraphSignature signature;
    private readonly FoldedGraph? folded;
    private readonly OnnxDevice device;
    private readonly IReadOnlyDictionary<string, string> names;
    private readonly IReadOnlySet<string> apart;
    private long ticks;

    private OnnxSession(
        InferenceSession session,
        GraphSignature signature,
        FoldedGraph? folded,
        OnnxDevice device)
    {
        (this.session, this.signature, this.device) = (session, signature, device);
        this.folded = folded;
        names = signature.Match(session);
        apart = device.FindApart(session);
    }

    public bool IsGpu => device.IsGpu;

    /// <summary>Where its outputs are before anyone asks for them.</summary>
    public OrtMemoryInfo OutputPlace => device.OutputPlace;

    public string Path => signature.Path;

    /// <summary>Wall time of all runs so far.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref ticks));

    /// <exception cref="ModelException">The graph is missing, broken, or another one.</exception>
    public static OnnxSession Load(
        OnnxDevice device,
        PackageFolder folder,
        GraphSignature signature)
    {
        var path = folder.Find(signature.Path);
        using var options = device.CreateSessionOptions();
        InferenceSession? session = null;
        var folded = FoldedGraph.Of(folder, signature.Path);
        try
        {
            session = new InferenceSession(folded?.Path ?? path, options);
            var loaded = new OnnxSession(session, signature, folded, device);
            (session, folded) = (null, null);
            return loaded;
        }
        catch (OnnxRuntimeException fault)
            when (OnnxFault.Translate(fault, signature.Path) is { } known)
        {
            throw known;
        }
        finally
        {
            session?.Dispose();
            folded?.Dispose();
        }
    }

    /// <summary>A tensor's size along an axis, as the graph fixes it; -1 if it does not.</summary>
    public int Dimension(string tensor, int axis) => Metadata(tensor).Dimensions[axis];

    /// <summary>How many axes a tensor has.</summary>
    public int Rank(string tensor) => Metadata(tensor).Dimensions.Length;

    /// <summary>Whether the graph has a tensor that it may do without.</summary>
    public bool Has(string tensor) => names.ContainsKey(tensor);

    /// <summary>Room for the tensors of one shape of this graph.</summary>
    public OnnxBinding Bind() => new(this, session.CreateIoBinding());

    public string NameOf(string tensor) => names[tensor];

    /// <exception cref="ModelException">The graph is fixed to another shape.</exception>
    public BoundTensor CreateTensor(string tensor, bool isConstant, long[] shape)
    {
        var (name, metadata) = (names[tensor], Metadata(tensor));
        var fits = metadata.Dimensions.Length == shape.Length
            && metadata.Dimensions.Zip(shape).All(pair =>
                pair.First < 0 || pair.First == pair.Second);
        return fits
            ? new BoundTensor(
                name,
                metadata.ElementDataType,
                shape,
                isConstant,
                apart.Contains(name) ? device.Memory : null)
            : throw new ModelException(
                $"{Path}: {tensor}: this request needs [{string.Join(", ", shape)}], "
                + $"the graph has {TensorSpec.Describe(metadata)}.");
    }

    /// <summary>Runs the graph; a cancelled token stops it between two nodes.</summary>
    /// <param name="binding">The tensors.</param>
    /// <param name="options">The binding's own; kept, so that a step allocates nothing.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public void Run(
        OrtIoBinding binding, RunOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        options.Terminate = false;
        using var registration = cancellationToken.UnsafeRegister(
            static run => ((RunOptions)run!).Terminate = true, options);
        var start = Stopwatch.GetTimestamp();
        try
        {
            session.RunWithBinding(options, binding);
        }
        catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            Interlocked.Add(ref ticks, Stopwatch.GetTimestamp() - start);
        }
    }

    // A graph in a folder of its own may be read from there as long as it is used.
    public void Dispose()
    {
        session.Dispose();
        folded?.Dispose();
    }

    private NodeMetadata Metadata(string tensor) =>
        session.InputMetadata.TryGetValue(names[tensor], out var input)
            ? input
            : session.OutputMetadata[names[tensor]];
}
