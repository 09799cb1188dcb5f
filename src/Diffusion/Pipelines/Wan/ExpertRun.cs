using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.Wan;

/// <summary>One expert for much noise and one for little.</summary>
/// <param name="early">For timesteps from the boundary up.</param>
/// <param name="late">For timesteps below it.</param>
/// <param name="boundary">A timestep.</param>
internal sealed class ExpertRun(IDenoiserRun early, IDenoiserRun late, double boundary)
    : IDenoiserRun
{
    public ReadOnlySpan<float> Predict(
        ReadOnlySpan<float> latents, double timestep, double part, CancellationToken token) =>
        (timestep >= boundary ? early : late).Predict(latents, timestep, part, token);
}
