using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>
/// The network that predicts the velocity of noisy latents. Its input channels are the latents,
/// the given latents, and a mask of one channel.
/// </summary>
internal sealed class Denoiser(OnnxSession session)
{
    public static GraphSignature Signature(
        LatentGeometry geometry,
        int tokenCount,
        int textWidth) => new(
        "transformer/model.onnx",
        [
            new("hidden_states", IsWhole: false, -1, (2 * geometry.ChannelCount) + 1, -1, -1, -1)
            {
                Synonyms = ["sample"],
            },
            new("timestep", IsWhole: false, -1) { Synonyms = ["t"] },
            new("encoder_hidden_states", IsWhole: false, -1, tokenCount, textWidth)
            {
                Synonyms = ["text_embeds"],
            },
            new("encoder_attention_mask", IsWhole: true, -1, tokenCount)
            {
                Synonyms = ["attention_mask"],
            },
        ],
        [
            new("out_sample", IsWhole: false, -1, geometry.ChannelCount, -1, -1, -1)
            {
                Synonyms =
                [
                    "out_hidden_states", "sample", "output", "denoised_latents", "latent",
                    "noise_pred",
                ],
            },
        ]);

    public DenoiserRun Start(
        TextEmbeddings embeddings,
        GivenLatents given,
        double guidanceScale) =>
        new(session.Bind(), embeddings, given, guidanceScale);
}
