using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>What one denoising of one item asks of a sampler.</summary>
internal sealed record SamplerRun
{
    /// <summary>num_inference_steps; Heun and PNDM call the network more often.</summary>
    public required int StepCount { get; init; }

    /// <summary>
    /// How many values the latents of one item have, whatever their shape ([C, F, h, w] or
    /// [S, C]). Items of a batch each have a sampler and a source of noise of their own, so that
    /// none depends on what is rendered beside it.
    /// </summary>
    public required int Length { get; init; }

    /// <summary>The network call to begin at, where an image is given; 0 for all.</summary>
    public int BeginIndex { get; init; }

    /// <summary>LCM and TCD: the part of their own steps to spread over; 1 for all.</summary>
    public double Strength { get; init; } = 1;

    /// <summary>Tokens that the network sees; decides a dynamic shift.</summary>
    public int TokenCount { get; init; }

    /// <summary>The dynamic shift itself, where a pipeline has a rule of its own.</summary>
    public double? Mu { get; init; }

    /// <summary>Sigmas before any shift, for rectified flows whose pipelines choose them.</summary>
    public IReadOnlyList<double>? Sigmas { get; init; }

    /// <summary>How much of a step's noise is drawn anew: DDIM (0) and TCD (0.3).</summary>
    public double? Eta { get; init; }

    /// <summary>For samplers that draw noise; the others do not touch it.</summary>
    public NoiseSource? Noise { get; init; }

    /// <summary>1 down to 1/n, which Flux, LTX and HunyuanVideo start from.</summary>
    public static double[] EvenSigmas(int stepCount) =>
        SpacedSigmas.Even(1, 1.0 / stepCount, stepCount);
}
