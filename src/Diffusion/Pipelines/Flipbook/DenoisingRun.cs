using RenderFarm.Diffusion.Checkpoints;
using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Takes;
using RenderFarm.Diffusion.Sampling;

namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>Noise to latents, for one request's words, steps and guidance.</summary>
internal sealed class DenoisingRun(
    NoiseCarrier? carrier,
    Denoiser denoiser,
    SamplerSettings settings,
    VideoRequest request,
    TextEmbeddings embeddings,
    int firstStep,
    ClipTrack track)
{
    /// <summary>Why the last latents were none.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Latents, [C, F, h, w], of the shape of what is given.</summary>
    /// <param name="seed">Chooses the starting noise.</param>
    /// <param name="given">What is pinned.</param>
    /// <param name="clean">Latents of the clip that is made anew; null starts from noise.</param>
    /// <param name="token">Ends the run within one step.</param>
    /// <returns>Null once a latent is no finite number.</returns>
    public float[]? Denoise(
        long seed, GivenLatents given, float[]? clean, CancellationToken token)
    {
        // 4. Prepare timesteps
        var sampler = settings.Start(new SamplerRun
        {
            StepCount = request.StepCount,
            Length = given.Shape.Length,
            TokenCount = given.Shape.ChannelLength,
            BeginIndex = firstStep,
        });

        // 5. Prepare latent variables
        var reuse = new StepReuse(
            request, given.Shape.Length, sampler.StepCount - sampler.StepIndex);
        var latents = track.Begin(
            Start(sampler, seed, given.Shape, clean, token),
            point =>
            {
                sampler.Restore(sampler.StepIndex + track.StepIndex, []);
                reuse.Restore(point.Reuse);
            });
        track.Memory = () => new ClipPoint { Reuse = reuse.Save() };

        // 6. Denoising loop
        using var run = denoiser.Start(embeddings, given, request.GuidanceScale);
        while (!sampler.IsDone)
        {
            token.ThrowIfCancellationRequested();
            var isReused = reuse.TryGuess(track.StepIndex, 0, latents, out var prediction);
            if (!isReused)
            {
                prediction = run.Predict(latents, sampler.Timestep, token);
                reuse.Learn(0, latents, prediction);
            }

            sampler.Step(latents, prediction);
            var bad = Finite.IndexOfNone(latents);
            if (bad >= 0)
            {
                Fault = $"Step {sampler.StepIndex}: expected finite latents, found {latents[bad]}.";
                return null;
            }

            track.FinishStep(isReused);
        }

        return latents;
    }

    private float[] Start(
        Sampler sampler,
        long seed,
        LatentShape shape,
        float[]? clean,
        CancellationToken token)
    {
        var noise = new float[shape.Length];
        GaussianNoise.Fill(seed, noise);
        carrier?.Carry(noise, shape, embeddings, token);
        if (clean is null)
        {
            return noise;
        }

        var noisy = (float[])clean.Clone();
        sampler.AddNoise(noisy, noise);
        return noisy;
    }
}
