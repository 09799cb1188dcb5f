using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Companions;

/// <summary>
/// A network from `frames` [B, C, H, W] to `sample` [B, 3, S * H, S * W] at one size, bound once
/// for every batch size that it meets.
/// </summary>
internal sealed class PictureRun(
    OnnxSession session,
    int channelCount,
    int width,
    int height,
    int scale) : IDisposable
{
    private readonly Dictionary<int, (OnnxBinding Binding, float[] Frames, float[] Sample)>
        bindings = [];

    /// <summary>Values of one picture that comes out.</summary>
    public int SampleLength => 3 * width * scale * height * scale;

    /// <summary>Where so many inputs go.</summary>
    public Span<float> Input(int batchCount) => Bound(batchCount).Frames;

    /// <summary>What comes of the inputs; valid until the next run.</summary>
    public ReadOnlyMemory<float> Run(int batchCount, CancellationToken token)
    {
        var (binding, _, sample) = Bound(batchCount);
        binding.Run(token);
        return sample;
    }

    public void Dispose()
    {
        foreach (var (binding, _, _) in bindings.Values)
        {
            binding.Dispose();
        }
    }

    private (OnnxBinding Binding, float[] Frames, float[] Sample) Bound(int batchCount)
    {
        if (!bindings.TryGetValue(batchCount, out var bound))
        {
            var binding = session.Bind();
            bound = (
                binding,
                binding.Input("frames", false, batchCount, channelCount, height, width),
                binding.Output("sample", batchCount, 3, height * scale, width * scale));
            bindings.Add(batchCount, bound);
        }

        return bound;
    }
}
