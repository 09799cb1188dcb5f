using RenderFarm.Contracts.Shots;

namespace RenderFarm.Worker.Attempts;

/// <summary>
/// The planned end of an attempt, whoever asks for it: the worker, which stops, or the Broker. The
/// attempt finishes where it may and can within the grace time; otherwise it leaves a checkpoint
/// and is handed back. Its lease is kept all along.
/// </summary>
internal sealed class PlannedStop(
    Attempt attempt, AttemptProgress progress, TimeSpan grace, TimeProvider time, ILogger log)
    : IDisposable
{
    /// <summary>
    /// What the last checkpoint gets where the grace time is used up. The host waits a little
    /// longer than that.
    /// </summary>
    internal static readonly TimeSpan LeastLeft = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource asked = new();
    private readonly CancellationTokenSource due = new(Timeout.InfiniteTimeSpan, time);
    private int isAsked;
    private long askedAt;

    /// <summary>Fires when a stop is asked for: it may come to one.</summary>
    public CancellationToken Asked => asked.Token;

    /// <summary>Fires when the attempt must stop, and never before <see cref="Asked"/>.</summary>
    public CancellationToken Due => due.Token;

    /// <summary>How long the last checkpoint may still take.</summary>
    public TimeSpan Left
    {
        get
        {
            var left = grace - time.GetElapsedTime(askedAt);
            return left > LeastLeft ? left : LeastLeft;
        }
    }

    /// <summary>
    /// Asks for the stop within the grace time; to ask again changes nothing.
    /// </summary>
    public void Ask()
    {
        if (!IsFirst())
        {
            return;
        }

        asked.Cancel();
        if (progress.Remaining() is { } remaining && remaining < grace)
        {
            log.StopDelayed(attempt.JobId, attempt.ShotIndex, attempt.Id, remaining);
            due.CancelAfter(grace);
        }
        else
        {
            due.Cancel();
        }
    }

    /// <summary>
    /// Asks for the stop at once. Only a clip whose frames are all made is finished: that is less
    /// than to make them again.
    /// </summary>
    public async Task AskNowAsync()
    {
        if (progress.Stage is AttemptStage.Loading or AttemptStage.Rendering && IsFirst())
        {
            await asked.CancelAsync();
            await due.CancelAsync();
        }
    }

    public void Dispose()
    {
        asked.Dispose();
        due.Dispose();
    }

    private bool IsFirst()
    {
        if (Interlocked.Exchange(ref isAsked, 1) == 1)
        {
            return false;
        }

        askedAt = time.GetTimestamp();
        return true;
    }
}
