using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>A picture to values that say what it shows.</summary>
internal sealed class ImageEncoder
{
    private const string Input = "pixel_values";

    private readonly OnnxSession session;
    private readonly string output;
    private readonly long[] shape;
    private readonly int size;
    private readonly float[] mean;
    private readonly float[] deviation;

    /// <param name="session">The network.</param>
    /// <param name="size">Pixels along a side of what it sees.</param>
    /// <param name="output">The output that is read.</param>
    /// <param name="shape">Its shape, without the axis of the batch.</param>
    /// <param name="settings">What says what pixels it was trained with.</param>
    public ImageEncoder(
        OnnxSession session, int size, string output, long[] shape, ConfigFile settings)
    {
        (this.session, this.size, this.output, this.shape) = (session, size, output, shape);
        (mean, deviation) = (settings.Numbers("image_mean"), settings.Numbers("image_std"));
        if (mean.Length != 3 || deviation.Length != 3 || !deviation.All(value => value > 0))
        {
            throw settings.Fault("image_std", "3 numbers above 0, beside 3 of image_mean");
        }
    }

    /// <param name="size">Pixels along a side of what it sees.</param>
    /// <param name="output">The output that is read.</param>
    public static GraphSignature Signature(int size, TensorSpec output) => new(
        "image_encoder/model.onnx", [new(Input, IsWhole: false, -1, 3, size, size)], [output]);

    /// <summary>Encodes a picture that is already of the size it sees.</summary>
    /// <param name="seen">[3, S, S] of -1 to 1.</param>
    /// <param name="token">Ends the run of the network.</param>
    public float[] Encode(ReadOnlySpan<float> seen, CancellationToken token)
    {
        using var binding = session.Bind();
        var pixels = binding.Input(Input, true, 1, 3, size, size);
        var embedding = binding.Output(output, [1, .. shape]);
        for (var i = 0; i < pixels.Length; i++)
        {
            var channel = i / (size * size);
            pixels[i] = (((seen[i] + 1) / 2) - mean[channel]) / deviation[channel];
        }

        binding.Run(token);
        return embedding;
    }
}
