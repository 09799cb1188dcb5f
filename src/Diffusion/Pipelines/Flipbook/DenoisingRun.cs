using RenderFarm.Diffusion.Pipelines.Takes;
using RenderFarm.Diffusion.Sampling;

namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>Noise to latents, for one request's words, steps and guidance.</summary>
internal sealed class DenoisingRun(
    Denoiser denoiser,
    SamplerSettings settings,
    VideoRequest request,
    TextEmbeddings embeddings,
    ClipTrack track)
{
    /// <summary>Why the last latents were none.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Latents, [C, F, h, w], of the shape of what is given.</summary>
    /// <param name="seed">Chooses the starting noise.</param>
    /// <param name="given">What is pinned.</param>
    /// <param name="token">Ends the run within one step.</param>
    /// <returns>Null once a latent is no finite number.</returns>
    public float[]? Denoise(long seed, GivenLatents given, CancellationToken token)
    {
        // 4. Prepare timesteps
        var sampler = settings.Start(new SamplerRun
        {
            StepCount = request.StepCount,
            Length = given.Shape.Length,
            TokenCount = given.Shape.ChannelLength,
        });

        // 5. Prepare latent variables
        var latents = track.Begin(seed, given.Shape.Length);
        sampler.Restore(track.StepIndex, []);

        // 6. Denoising loop
        using var run = denoiser.Start(embeddings, given, request.GuidanceScale);
        while (!sampler.IsDone)
        {
            sampler.Step(latents, run.Predict(latents, sampler.Timestep, token));
            var bad = Array.FindIndex(latents, value => !float.IsFinite(value));
            if (bad >= 0)
            {
                Fault = $"Step {sampler.StepIndex}: expected finite latents, found {latents[bad]}.";
                return null;
            }

            track.FinishStep();
        }

        return latents;
    }
}
