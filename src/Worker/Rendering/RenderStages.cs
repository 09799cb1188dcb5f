using RenderFarm.Diffusion;
using RenderFarm.Worker.Attempts;

namespace RenderFarm.Worker.Rendering;

/// <summary>
/// Tells denoising from decoding: what comes after the last step is decoding. Of a shot with
/// several takes, the decoding and judging of all but the last lie between steps, and count as
/// denoising.
/// </summary>
internal sealed class RenderStages(AttemptProgress progress, TimeProvider time)
    : IProgress<StepProgress>, IDisposable
{
    private StageWatch stage = StageWatch.Begin("denoise", time);
    private bool isDecoding;

    public void Report(StepProgress value)
    {
        progress.Report(value);
        if (value.IsReused)
        {
            WorkerMetrics.StepReused();
        }

        if (value.StepNumber == value.StepCount)
        {
            BeginDecoding();
        }
    }

    /// <summary>There are no more steps, also where a checkpoint had made them all.</summary>
    public void BeginDecoding()
    {
        if (!isDecoding)
        {
            isDecoding = true;
            stage.Dispose();
            stage = StageWatch.Begin("decode", time);
        }
    }

    public void Dispose() => stage.Dispose();
}
