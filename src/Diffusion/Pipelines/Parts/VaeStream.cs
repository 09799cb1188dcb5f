using Microsoft.ML.OnnxRuntime;
using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Onnx.Graphs;
using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>
/// A VAE of clips as two graphs: one for the first latent frame, and one for each next, which is
/// given what the run before left of every layer: its past.0 and on are that one's present.0 and
/// on. A clip of any length then takes the memory of one latent frame.
/// </summary>
internal sealed class VaeStream
{
    private const string Past = "past.";
    private const string Present = "present.";

    private readonly OnnxSession first;
    private readonly OnnxSession next;
    private readonly int stateCount;
    private readonly int ratio;

    private VaeStream(OnnxSession first, OnnxSession next, int stateCount, int ratio) =>
        (this.first, this.next, this.stateCount, this.ratio) = (first, next, stateCount, ratio);

    /// <summary>Whether a package has the two graphs in place of the one.</summary>
    public static bool IsIn(PackageFolder files, string component) =>
        files.Contains($"{component}_first/model.onnx");

    /// <summary>The two graphs; null where a package has one for the whole clip.</summary>
    /// <param name="files">The package.</param>
    /// <param name="whole">The signature of the one graph, whose tensors the two have too.</param>
    /// <param name="ratio">Frames that a latent frame after the first stands for.</param>
    /// <param name="load">Loads a network.</param>
    /// <exception cref="ModelException">The two do not fit each other.</exception>
    public static VaeStream? Load(
        PackageFolder files,
        GraphSignature whole,
        int ratio,
        Func<GraphSignature, OnnxSession> load)
    {
        var component = whole.Path.Split('/')[0];
        if (!IsIn(files, component))
        {
            return null;
        }

        var (first, next) = ($"{component}_first/model.onnx", $"{component}_next/model.onnx");
        var left = States(GraphFile.Read(files, first).Outputs, Present);
        var graph = GraphFile.Read(files, next);
        var (given, leftAgain) = (States(graph.Inputs, Past), States(graph.Outputs, Present));
        if (left.Count == 0 || given.Count != left.Count || leftAgain.Count != left.Count)
        {
            throw new ModelException(
                $"{next}: expected {Past}0 and on and {Present}0 and on, as many as {first} "
                + $"has of {Present}0 and on, found {given.Count} and {leftAgain.Count} "
                + $"beside {left.Count}.");
        }

        return new VaeStream(
            load(whole with { Path = first, Outputs = [.. whole.Outputs, .. left] }),
            load(whole with
            {
                Path = next,
                Inputs = [.. whole.Inputs, .. given],
                Outputs = [.. whole.Outputs, .. leftAgain],
            }),
            left.Count,
            ratio);
    }

    /// <summary>Latents, [C, F, h, w], to a clip.</summary>
    /// <param name="latents">As the denoiser leaves them.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="scale">What the denoiser works in.</param>
    /// <param name="pixels">Pixels along a side of one latent.</param>
    /// <param name="token">Ends a run.</param>
    public DecodedClip Decode(
        float[] latents, LatentShape shape, LatentScale scale, int pixels, CancellationToken token)
    {
        var (width, height) = (shape.Width * pixels, shape.Height * pixels);
        var frameCount = FirstFrameOf(shape.FrameCount);
        var clip = new DecodedClip(
            new float[3 * frameCount * width * height], frameCount, width, height);
        var source = new FrameStrip(latents, shape.ChannelCount, shape.FrameCount);
        var one = shape with { FrameCount = 1 };
        Run(
            shape.FrameCount,
            (binding, index) =>
            {
                var count = index == 0 ? 1 : ratio;
                scale.Denormalize(
                    source.Cut(index, 1),
                    binding.Input("latent_sample", true, one.Batch(1, one.ChannelCount)));
                var frames = binding.Output("sample", 1, 3, count, height, width);
                return () => new FrameStrip(clip.Values, 3, frameCount).Lay(
                    new FrameStrip(frames, 3, count), 0, FirstFrameOf(index), fadedCount: 0);
            },
            token);
        return clip;
    }

    /// <summary>A clip to what its encoder gives, [C, F, h, w].</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="shape">Of what is given.</param>
    /// <param name="token">Ends a run.</param>
    public float[] Encode(DecodedClip clip, LatentShape shape, CancellationToken token)
    {
        var whole = new FrameStrip(
            new float[shape.Length], shape.ChannelCount, shape.FrameCount);
        var source = new FrameStrip(clip.Values, 3, clip.FrameCount);
        var one = shape with { FrameCount = 1 };
        Run(
            shape.FrameCount,
            (binding, index) =>
            {
                var count = index == 0 ? 1 : ratio;
                source.Cut(FirstFrameOf(index), count).CopyTo(
                    binding.Input("sample", true, 1, 3, count, clip.Height, clip.Width), 0);
                var found = binding.Output(
                    "latent_parameters", one.Batch(1, one.ChannelCount));
                return () => whole.Lay(
                    new FrameStrip(found, one.ChannelCount, 1), 0, index, fadedCount: 0);
            },
            token);
        return whole.Values;
    }

    /// <summary>The first frame of a latent frame; how many frames so many stand for.</summary>
    private int FirstFrameOf(int latentFrame) =>
        latentFrame == 0 ? 0 : ((latentFrame - 1) * ratio) + 1;

    /// <param name="count">Latent frames.</param>
    /// <param name="give">Binds the tensors of one, and says what is done with its outcome.</param>
    /// <param name="token">Ends a run.</param>
    private void Run(
        int count, Func<OnnxBinding, int, Action> give, CancellationToken token)
    {
        IReadOnlyList<OrtValue> state = [];
        try
        {
            for (var index = 0; index < count; index++)
            {
                using var binding = (index == 0 ? first : next).Bind();
                var take = give(binding, index);
                for (var i = 0; i < stateCount; i++)
                {
                    binding.Leave($"{Present}{i}");
                    if (index > 0)
                    {
                        binding.Pass($"{Past}{i}", state[i]);
                    }
                }

                binding.Run(token);
                var before = state;
                state = binding.Left();
                Dispose(before);
                take();
            }
        }
        finally
        {
            Dispose(state);
        }
    }

    private static void Dispose(IReadOnlyList<OrtValue> state)
    {
        foreach (var value in state)
        {
            value.Dispose();
        }
    }

    /// <summary>Tensors of a prefix and a number from 0; none where a number is missing.</summary>
    private static List<TensorSpec> States(IReadOnlyList<GraphTensor> tensors, string prefix)
    {
        var found = tensors
            .Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        List<TensorSpec> specs = [];
        for (var i = 0; i < found.Count; i++)
        {
            if (!found.TryGetValue($"{prefix}{i}", out var tensor))
            {
                return [];
            }

            specs.Add(new(tensor.Name, IsWhole: false, [.. tensor.Dimensions.Select(_ => -1)]));
        }

        return specs;
    }
}
