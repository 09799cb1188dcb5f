using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>Pixels to latents.</summary>
internal sealed class VaeEncoder(LatentGeometry geometry, OnnxSession session)
{
    public static GraphSignature Signature(LatentGeometry geometry) => new(
        "vae_encoder/model.onnx",
        [new("sample", IsWhole: false, -1, 3, -1, -1, -1)],
        [new("latent_parameters", IsWhole: false, -1, 2 * geometry.ChannelCount, -1, -1, -1)]);

    /// <summary>An image, as a clip of one frame, to one latent frame: [C, h, w].</summary>
    public float[] Encode(RgbImage image, CancellationToken token)
    {
        var shape = geometry.ShapeOf(image.Width, image.Height, frameCount: 1);
        using var binding = session.Bind();
        var clip = binding.Input("sample", true, 1, 3, 1, image.Height, image.Width);
        var parameters = binding.Output(
            "latent_parameters", shape.Batch(1, 2 * shape.ChannelCount));
        PixelFormat.ToPlanes(image, clip);
        binding.Run(token);

        // Mean ++ logarithm of the variance: the mean is the encoding without chance.
        var latents = new float[shape.Length];
        for (var i = 0; i < latents.Length; i++)
        {
            latents[i] = geometry.Normalize(parameters[i], i / shape.ChannelLength);
        }

        return latents;
    }
}
