namespace RenderFarm.Diffusion;

/// <summary>A denoising step that has just been finished.</summary>
/// <param name="StepNumber">From 1 to <paramref name="StepCount"/>.</param>
/// <param name="StepCount">How many steps the clip takes, with all its takes.</param>
public readonly record struct StepProgress(int StepNumber, int StepCount)
{
    /// <summary>
    /// It was made of an earlier step's prediction, so that it says nothing of what one takes.
    /// </summary>
    public bool IsReused { get; init; }
}
