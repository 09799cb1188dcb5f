using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;
using RenderFarm.Diffusion.Lora;
using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx.Graphs;

namespace RenderFarm.Diffusion.Onnx;

/// <summary>One graph of a package, loaded, with the signature its pipeline needs.</summary>
internal sealed class OnnxSession : IDisposable
{
    private readonly InferenceSession session;
    private readonly GraphSignature signature;
    private readonly GraphCopy? copy;
    private readonly OnnxDevice device;
    private readonly IReadOnlyDictionary<string, string> names;
    private readonly IReadOnlySet<string> apart;
    private readonly Lazy<OnnxSession?> wider;
    private long ticks;

    private OnnxSession(
        InferenceSession session,
        GraphSignature signature,
        GraphCopy? copy,
        OnnxDevice device,
        bool recordsGraphs,
        Lazy<OnnxSession?> wider)
    {
        (this.session, this.signature, this.device) = (session, signature, device);
        (this.copy, this.wider) = (copy, wider);
        names = signature.Match(session);
        apart = device.FindApart(session);
        Graphs = recordsGraphs ? new DeviceGraphs() : null;
    }

    public bool IsGpu => device.IsGpu;

    /// <summary>Where its outputs are before anyone asks for them.</summary>
    public OrtMemoryInfo OutputPlace => device.OutputPlace;

    public string Path => signature.Path;

    /// <summary>The device graphs of its runs; null where runs are not recorded.</summary>
    public DeviceGraphs? Graphs { get; }

    /// <summary>
    /// The same network in single precision, loaded when it is first asked for and kept; null where
    /// it computes in that already, or cannot be had.
    /// </summary>
    public OnnxSession? Wider => wider.Value;

    /// <summary>Wall time of all runs so far.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref ticks))
        + (wider.IsValueCreated && wider.Value is { } loaded ? loaded.Elapsed : TimeSpan.Zero);

    /// <param name="device">What computes.</param>
    /// <param name="folder">The package.</param>
    /// <param name="signature">The tensors that its pipeline needs.</param>
    /// <param name="isDenoiser">
    /// Runs many times at one shape, and is recorded where the device records runs.
    /// </param>
    /// <exception cref="ModelException">The graph is missing, broken, or another one.</exception>
    public static OnnxSession Load(
        OnnxDevice device,
        PackageFolder folder,
        GraphSignature signature,
        bool isDenoiser = false)
    {
        var path = folder.Find(signature.Path);
        var folded = FoldedGraph.Of(folder, signature.Path);
        return Load(device, folded?.Path ?? path, signature, folded, isDenoiser, new(() =>
            folded is null
                ? LoadWider(device, folder, signature.Path, signature)
                : LoadWider(
                    device, PackageFolder.Open(folded.Folder), GraphCopy.Name, signature)));
    }

    private static OnnxSession Load(
        OnnxDevice device,
        string file,
        GraphSignature signature,
        GraphCopy? copy,
        bool isDenoiser,
        Lazy<OnnxSession?> wider)
    {
        InferenceSession? session = null;
        try
        {
            session = isDenoiser && device.RecordsGraphs
                ? OpenRecording(device, file, signature.Path)
                : null;
            var recordsGraphs = session is not null;
            session ??= Open(device, file, recordsGraphs: false);
            var loaded = new OnnxSession(session, signature, copy, device, recordsGraphs, wider);
            (session, copy) = (null, null);
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
            copy?.Dispose();
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
                tensor,
                name,
                metadata.ElementDataType,
                shape,
                isConstant,
                apart.Contains(name) ? device.Memory : null)
            : throw new ModelException(
                $"{Path}: {tensor}: this request needs [{string.Join(", ", shape)}], "
                + $"the graph has {TensorSpec.Describe(metadata)}.");
    }

    /// <summary>
    /// Runs the graph; a cancelled token stops it between two nodes. A run that may be recorded
    /// goes on to its end, since a part of it would be recorded as the whole.
    /// </summary>
    /// <param name="binding">The tensors.</param>
    /// <param name="options">The binding's own; kept, so that a step allocates nothing.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public void Run(
        OrtIoBinding binding, RunOptions options, CancellationToken cancellationToken)
    {
        options.Terminate = false;
        using var registration = Graphs is null
            ? cancellationToken.UnsafeRegister(
                static run => ((RunOptions)run!).Terminate = true, options)
            : default;
        var start = Stopwatch.GetTimestamp();
        try
        {
            if (Graphs is null)
            {
                session.RunWithBinding(options, binding);
            }
            else
            {
                Graphs.Run(session, binding, options);
            }
        }
        catch (OnnxRuntimeException)
            when (Graphs is null && cancellationToken.IsCancellationRequested)
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
        Graphs?.Dispose();
        copy?.Dispose();
        if (wider.IsValueCreated)
        {
            wider.Value?.Dispose();
        }
    }

    /// <summary>Without it a clip has the fault that half precision gave it.</summary>
    private static OnnxSession? LoadWider(
        OnnxDevice device, PackageFolder folder, string path, GraphSignature signature)
    {
        WidenedGraph? copy = null;
        try
        {
            copy = WidenedGraph.Of(folder, path);
            if (copy is null)
            {
                return null;
            }

            var loaded = Load(
                device, copy.Path, signature, copy, isDenoiser: false, new(() => null));
            copy = null;
            device.NoteOverflow(
                $"{signature.Path}: such runs are made again in single precision");
            return loaded;
        }
        catch (Exception fault) when (fault is ModelException or OutOfDeviceMemoryException
            or OnnxRuntimeException or IOException or InvalidDataException or OverflowException)
        {
            device.NoteOverflow(
                $"{signature.Path}: it could not be had in single precision: {fault.Message}");
            return null;
        }
        finally
        {
            copy?.Dispose();
        }
    }

    /// <summary>One whose runs are recorded; null where that cannot be, and why is noted.</summary>
    private static InferenceSession? OpenRecording(OnnxDevice device, string file, string path)
    {
        InferenceSession? session = null;
        try
        {
            session = Open(device, file, recordsGraphs: true);
            var apart = device.FindApart(session);
            List<string> here =
            [
                .. session.InputNames.Concat(session.OutputNames)
                    .Where(name => !apart.Contains(name)),
            ];
            if (here.Count == 0)
            {
                var opened = session;
                session = null;
                return opened;
            }

            device.RefuseGraphs(
                $"{path}: expected all tensors in the device's memory, "
                + $"found {string.Join(", ", here)} in the program's");
        }
        catch (OnnxRuntimeException fault) when (OnnxFault.RefusesGraphs(fault))
        {
            device.RefuseGraphs($"{path}: {fault.Message}");
        }
        finally
        {
            session?.Dispose();
        }

        return null;
    }

    private static InferenceSession Open(OnnxDevice device, string file, bool recordsGraphs)
    {
        using var options = device.CreateSessionOptions(recordsGraphs);
        return new InferenceSession(file, options);
    }

    private NodeMetadata Metadata(string tensor) =>
        session.InputMetadata.TryGetValue(names[tensor], out var input)
            ? input
            : session.OutputMetadata[names[tensor]];
}
