namespace RenderFarm.Diffusion.Tests;

/// <summary>
/// Reports on the caller's thread; Progress reports on another, and so in no certain order.
/// </summary>
internal sealed class DirectProgress(Action<StepProgress> report) : IProgress<StepProgress>
{
    public void Report(StepProgress value) => report(value);
}
