using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>The schedule of a multistep solver as clean latents and noise at each step.</summary>
internal sealed class SolverLevels
{
    private readonly NoiseLevel[] levels;

    private SolverLevels(NoiseSchedule schedule, NoiseLevel[] levels) =>
        (Schedule, this.levels) = (schedule, levels);

    public NoiseSchedule Schedule { get; }

    public NoiseLevel this[int stepIndex] => levels[stepIndex];

    public static SolverLevels Create(SamplerSettings settings, SamplerRun run)
    {
        var schedule = SolverSchedule.Create(settings, TrainingNoise.Create(settings), run);
        var levels = new NoiseLevel[schedule.Sigmas.Length];
        for (var i = 0; i < levels.Length; i++)
        {
            levels[i] = settings.IsFlow
                ? NoiseLevel.OfFlow(schedule.Sigmas[i])
                : NoiseLevel.OfRatio(schedule.Sigmas[i]);
        }

        return new SolverLevels(schedule, levels);
    }
}
