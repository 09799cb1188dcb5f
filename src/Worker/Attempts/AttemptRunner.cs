using Microsoft.Extensions.Options;
using RenderFarm.Contracts.Shots;
using RenderFarm.Worker.Committing;
using RenderFarm.Worker.Intake;
using RenderFarm.Worker.Lease;
using RenderFarm.Worker.Rendering;

namespace RenderFarm.Worker.Attempts;

/// <summary>
/// Takes an attempt from its claim to its end, and tells the Broker how it ended. The one place
/// where a worker decides about failures.
/// </summary>
internal sealed class AttemptRunner(
    BrokerLine broker,
    ShotRenderer renderer,
    ClipCommitter committer,
    IOptions<WorkerOptions> options,
    TimeProvider time,
    ILogger<AttemptRunner> log)
{
    /// <summary>Runs an attempt; throws only when <paramref name="halting"/> fires.</summary>
    /// <param name="attempt">The attempt, just claimed.</param>
    /// <param name="deviceIsFree">Called when the next shot may be claimed.</param>
    /// <param name="stopping">The worker is asked to stop: finish soon, or hand back.</param>
    /// <param name="halting">The worker must stop now.</param>
    /// <returns>False when this process cannot render any more.</returns>
    public async Task<bool> RunAsync(
        Attempt attempt,
        Action deviceIsFree,
        CancellationToken stopping,
        CancellationToken halting)
    {
        var progress = new AttemptProgress(
            attempt.Task.StepCount * attempt.Task.TakeCount, time);
        using var stall = new CancellationTokenSource();
        using var stop = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var stopRegistration = stopping.Register(() => FinishSoon(attempt, progress, stop));
        await using var lease = new LeaseKeeper(
            attempt, progress, broker, options.Value.Id, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            lease.Ended, stall.Token, stop.Token, halting);
        try
        {
            var clip = await StallWatch.AwaitAsync(
                RenderAndCommitAsync(attempt, progress, deviceIsFree, either.Token),
                progress,
                options.Value.StallTime,
                stall,
                time);
            if (clip.AttemptId == attempt.Id)
            {
                WorkerMetrics.Committed(clip);
            }

            log.ShotRendered(attempt.JobId, attempt.ShotIndex, attempt.Id, clip.AttemptId);
            await ReportCommittedAsync(attempt, clip, halting);
            return true;
        }
        catch (OperationCanceledException) when (lease.Ended.IsCancellationRequested)
        {
            log.AttemptEnded(attempt.JobId, attempt.ShotIndex, attempt.Id, lease.Directive);
            return true;
        }
        catch (OperationCanceledException) when (
            stop.IsCancellationRequested && !stall.IsCancellationRequested)
        {
            log.AttemptHandedBack(attempt.JobId, attempt.ShotIndex, attempt.Id);
            await ReportHandedBackAsync(attempt, halting);
            return true;
        }
        catch (Exception caught) when (!halting.IsCancellationRequested)
        {
            var fault = stall.IsCancellationRequested ? Stalled(progress, caught) : caught;
            await ReportFailedAsync(attempt, fault, halting);
            return !AttemptFault.EndsProcess(caught);
        }
        finally
        {
            deviceIsFree();
        }
    }

    private async Task<Clip> RenderAndCommitAsync(
        Attempt attempt,
        AttemptProgress progress,
        Action deviceIsFree,
        CancellationToken cancellationToken)
    {
        var key = attempt.Task.RenderKey;
        if (await committer.TryFindAsync(attempt.TenantId, key, cancellationToken) is { } accepted)
        {
            return accepted;
        }

        var folder = Path.Combine(options.Value.ScratchFolder, attempt.Id);
        Directory.CreateDirectory(folder);
        try
        {
            var clip = await renderer.RenderAsync(
                attempt, progress, folder, deviceIsFree, cancellationToken);
            progress.Enter(AttemptStage.Uploading);
            return await committer.CommitAsync(
                attempt, clip, options.Value.Id, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Goes on if that ends within the grace time; hands back if not.</summary>
    private void FinishSoon(
        Attempt attempt, AttemptProgress progress, CancellationTokenSource stop)
    {
        var grace = options.Value.GraceTime;
        if (progress.Remaining() is { } remaining && remaining < grace)
        {
            log.StopDelayed(attempt.JobId, attempt.ShotIndex, attempt.Id, remaining);
            stop.CancelAfter(grace);
        }
        else
        {
            stop.Cancel();
        }
    }

    private static StalledException Stalled(AttemptProgress progress, Exception cause) =>
        new($"no step after step {progress.StepNumber} of {progress.StepCount} "
            + $"({progress.Stage}): {cause.Message}");

    private Task ReportCommittedAsync(
        Attempt attempt, Clip clip, CancellationToken cancellationToken) =>
        broker.ReportAsync(
            new AttemptCommitted
            {
                JobId = attempt.JobId,
                ShotIndex = attempt.ShotIndex,
                AttemptId = attempt.Id,
                Clip = clip,
            },
            cancellationToken);

    private Task ReportHandedBackAsync(Attempt attempt, CancellationToken cancellationToken) =>
        broker.ReportAsync(
            new AttemptHandedBack
            {
                JobId = attempt.JobId,
                ShotIndex = attempt.ShotIndex,
                AttemptId = attempt.Id,
                WorkerId = options.Value.Id,
            },
            cancellationToken);

    private Task ReportFailedAsync(
        Attempt attempt, Exception fault, CancellationToken cancellationToken)
    {
        var error = AttemptFault.ErrorOf(fault);
        WorkerMetrics.Failed(error);
        log.AttemptFailed(fault, attempt.JobId, attempt.ShotIndex, attempt.Id, error);
        return broker.ReportAsync(
            new AttemptFailed
            {
                JobId = attempt.JobId,
                ShotIndex = attempt.ShotIndex,
                AttemptId = attempt.Id,
                WorkerId = options.Value.Id,
                Error = error,
                Message = AttemptFault.Describe(fault),
            },
            cancellationToken);
    }
}
