using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>Latents to pixels.</summary>
internal sealed class VaeDecoder(LatentGeometry geometry, OnnxSession session)
{
    public static GraphSignature Signature(LatentGeometry geometry) => new(
        "vae_decoder/model.onnx",
        [new("latent_sample", IsWhole: false, -1, geometry.ChannelCount, -1, -1, -1)],
        [new("sample", IsWhole: false, -1, 3, -1, -1, -1)]);

    /// <summary>The clip, [3, T, H, W], from -1 to 1.</summary>
    public float[] Decode(ReadOnlySpan<float> latents, LatentShape shape, CancellationToken token)
    {
        var ratio = geometry.SpatialRatio;
        var frameCount = geometry.FrameCountOf(shape);
        using var binding = session.Bind();
        var input = binding.Input("latent_sample", true, shape.Batch(1, shape.ChannelCount));
        var clip = binding.Output(
            "sample", 1, 3, frameCount, shape.Height * ratio, shape.Width * ratio);
        geometry.Denormalize(latents, input);
        binding.Run(token);
        return clip;
    }
}
