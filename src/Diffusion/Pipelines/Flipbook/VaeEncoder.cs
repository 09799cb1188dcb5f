using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;

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
        var clip = new float[3 * image.Width * image.Height];
        PixelFormat.ToPlanes(image, clip);
        return Encode(new DecodedClip(clip, 1, image.Width, image.Height), token);
    }

    /// <summary>A clip whose frame count is on the VAE's grid to latents: [C, F, h, w].</summary>
    public float[] Encode(DecodedClip clip, CancellationToken token)
    {
        var shape = geometry.ShapeOf(clip.Width, clip.Height, clip.FrameCount);
        using var binding = session.Bind();
        var sample = binding.Input("sample", true, 1, 3, clip.FrameCount, clip.Height, clip.Width);
        var parameters = binding.Output(
            "latent_parameters", shape.Batch(1, 2 * shape.ChannelCount));
        clip.Values.CopyTo(sample, 0);
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
