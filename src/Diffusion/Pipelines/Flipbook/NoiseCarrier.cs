using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>
/// Moves the noise that a clip starts from as its words say that the camera moves: a denoiser that
/// has learned from such noise lets what it draws move along.
/// </summary>
internal sealed class NoiseCarrier(OnnxSession session)
{
    public static GraphSignature Signature(
        LatentGeometry geometry,
        int tokenCount,
        int textWidth) => new(
        "noise_carrier/model.onnx",
        [
            new("noise", IsWhole: false, -1, geometry.ChannelCount, -1, -1, -1),
            new("encoder_hidden_states", IsWhole: false, -1, tokenCount, textWidth),
            new("encoder_attention_mask", IsWhole: true, -1, tokenCount),
        ],
        [new("carried_noise", IsWhole: false, -1, geometry.ChannelCount, -1, -1, -1)]);

    /// <summary>Moves noise in place; each value stays one of a standard normal law.</summary>
    /// <param name="noise">[C, F, h, w].</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="embeddings">Of the prompt, which is the last of the batch.</param>
    /// <param name="token">Ends the run.</param>
    public void Carry(
        float[] noise, LatentShape shape, TextEmbeddings embeddings, CancellationToken token)
    {
        using var binding = session.Bind();
        noise.CopyTo(binding.Input("noise", true, shape.Batch(1, shape.ChannelCount)), 0);
        embeddings.CopyPrompt(
            binding.Input("encoder_hidden_states", true, 1, embeddings.Length, embeddings.Width),
            binding.Input("encoder_attention_mask", true, 1, embeddings.Length));
        var carried = binding.Output("carried_noise", shape.Batch(1, shape.ChannelCount));
        binding.Run(token);
        carried.CopyTo(noise, 0);
    }
}
