using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>The tensors that denoisers of every family have, by all their names.</summary>
internal static class DenoiserSignature
{
    public static TensorSpec Timestep { get; } =
        new("timestep", IsWhole: false, -1) { Synonyms = ["t", "timesteps"], IsLoose = true };

    public static TensorSpec Words(int width) =>
        new("encoder_hidden_states", IsWhole: false, -1, -1, width)
        {
            Synonyms = ["text_embeddings", "context", "prompt_embeds"],
        };

    public static TensorSpec Output(params int[] dimensions) =>
        new("out_sample", IsWhole: false, dimensions)
        {
            Synonyms =
            [
                "out_hidden_states", "sample", "output", "denoised_latents", "latent",
                "noise_pred",
            ],
        };
}
