using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// The whole timesteps of the samplers that go from one training timestep to another, and the
/// squared share of clean latents at each: https://arxiv.org/abs/2010.02502 calls it alpha.
/// </summary>
internal sealed class TrainedSteps(SamplerSettings settings, SamplerRun run)
{
    private readonly TrainingNoise noise = TrainingNoise.Create(settings);

    /// <summary>How far apart training timesteps of a run are, rounded down.</summary>
    public int Width { get; } = settings.TrainStepCount / run.StepCount;

    public double Alpha(int timestep) => noise.Alpha(timestep);

    public NoiseLevel Level(double timestep) => noise.Level((int)timestep);

    /// <summary>At a timestep, which may lie before the first.</summary>
    public double AlphaOrEnd(int timestep) =>
        timestep >= 0 ? noise.Alpha(timestep) : settings.EndsAtOne ? 1 : noise.Alpha(0);

    /// <summary>The timesteps of a run that visits them by the settings' spacing.</summary>
    public static double[] Spaced(SamplerSettings settings, SamplerRun run) =>
        SpacedTimesteps.Create(settings, run.StepCount, areWhole: true);

    /// <summary>
    /// The timesteps of a consistency model: some of those that it was distilled at, of which the
    /// part that strength leaves. https://arxiv.org/abs/2310.04378.
    /// </summary>
    public static double[] Distilled(SamplerSettings settings, SamplerRun run)
    {
        var width = settings.TrainStepCount / settings.OriginalStepCount;
        var count = (int)(settings.OriginalStepCount * run.Strength);
        if (run.StepCount > count)
        {
            throw new ModelException(
                $"StepCount: expected at most {count} at strength {run.Strength}, "
                + $"found {run.StepCount}.");
        }

        var timesteps = new double[run.StepCount];
        for (var i = 0; i < timesteps.Length; i++)
        {
            var index = (int)Math.Floor(i * ((double)count / timesteps.Length));
            timesteps[i] = ((count - index) * width) - 1;
        }

        return timesteps;
    }
}
