using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.Wan;

/// <summary>One expert for much noise and one for little.</summary>
/// <param name="early">For timesteps from the boundary up.</param>
/// <param name="late">For timesteps below it.</param>
/// <param name="boundary">A timestep.</param>
internal sealed class ExpertRun(IDenoiserRun early, IDenoiserRun late, double boundary)
    : IDenoiserRun
{
    // Even kinds are the early expert's, odd ones the late one's.
    public int KindOf(double timestep, double part) =>
        (2 * At(timestep).KindOf(timestep, part)) + (timestep >= boundary ? 0 : 1);

    public ReadOnlySpan<float> Predict(
        ReadOnlySpan<float> latents, double timestep, double part, CancellationToken token) =>
        At(timestep).Predict(latents, timestep, part, token);

    private IDenoiserRun At(double timestep) => timestep >= boundary ? early : late;
}
