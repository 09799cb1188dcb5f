using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>Latents to pixels.</summary>
internal sealed class VaeDecoder(LatentGeometry geometry, OnnxSession session)
{
    public static GraphSignature Signature(LatentGeometry geometry) => new(
        "vae_decoder/model.onnx",
        [new("latent_sample", IsWhole: false, -1, geometry.ChannelCount, -1, -1, -1)],
        [new("sample", IsWhole: false, -1, 3, -1, -1, -1)]);

    /// <summary>The clip that latents stand for.</summary>
    public DecodedClip Decode(
        ReadOnlySpan<float> latents, LatentShape shape, CancellationToken token)
    {
        var frameCount = geometry.FrameCountOf(shape);
        var (width, height) =
            (shape.Width * geometry.SpatialRatio, shape.Height * geometry.SpatialRatio);
        using var binding = session.Bind();
        var input = binding.Input("latent_sample", true, shape.Batch(1, shape.ChannelCount));
        var clip = binding.Output("sample", 1, 3, frameCount, height, width);
        geometry.Denormalize(latents, input);
        binding.Run(token);
        return new DecodedClip(clip, frameCount, width, height);
    }
}
