namespace RenderFarm.Diffusion.Pipelines.Takes;

/// <summary>Counts the steps of all takes of a clip as one way.</summary>
internal sealed class TakeSteps(IProgress<StepProgress>? progress, int takeCount, int perTake)
{
    private int stepNumber;

    public void Report() =>
        progress?.Report(new StepProgress(++stepNumber, takeCount * perTake));

    /// <summary>Goes to the end of a take that may have stopped early.</summary>
    public void Finish(int takeIndex) => stepNumber = (takeIndex + 1) * perTake;
}
