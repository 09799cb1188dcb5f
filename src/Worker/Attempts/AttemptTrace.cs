using System.Diagnostics;
using RenderFarm.ServiceDefaults.Telemetry;

namespace RenderFarm.Worker.Attempts;

/// <summary>
/// An attempt's span in its job's trace, and what its time on the device was for. Disposed when the
/// attempt is over.
/// </summary>
internal sealed class AttemptTrace : IDisposable
{
    private readonly Attempt attempt;
    private readonly AttemptProgress progress;
    private readonly Activity? span;

    public AttemptTrace(Attempt attempt, AttemptProgress progress, string workerId)
    {
        (this.attempt, this.progress) = (attempt, progress);
        span = FarmTrace.Start("attempt", attempt.TraceParent);
        span?.SetTag(TraceTags.Job, attempt.JobId);
        span?.SetTag(TraceTags.Shot, attempt.Claim.ShotId);
        span?.SetTag(TraceTags.Attempt, attempt.Id);
        span?.SetTag(TraceTags.AttemptNumber, attempt.Claim.AttemptNumber);
        span?.SetTag(TraceTags.Model, attempt.Task.Model);
        span?.SetTag(TraceTags.Worker, workerId);
    }

    /// <summary>
    /// How it ended; null when it did not: the process was stopped, or the lease was lost. Then the
    /// Broker counts its time as lost.
    /// </summary>
    public string? Outcome { get; set; }

    public void Dispose()
    {
        if (Outcome is not null)
        {
            WorkerMetrics.DeviceUsed(attempt.Task.Model, Outcome, progress.DeviceTime);
        }

        span?.SetTag(TraceTags.Outcome, Outcome ?? "lost");
        if (Outcome is null or AttemptOutcome.Failed)
        {
            span?.SetStatus(ActivityStatusCode.Error);
        }

        span?.Dispose();
    }
}
