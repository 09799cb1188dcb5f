using Microsoft.Extensions.Options;
using RenderFarm.Contracts.Shots;
using RenderFarm.Worker.Checkpoints;
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
    CheckpointShelf shelf,
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
        using var trace = new AttemptTrace(attempt, progress, options.Value.Id);
        using var stall = new CancellationTokenSource();
        using var stop = new PlannedStop(attempt, progress, options.Value.GraceTime, time, log);
        using var stopRegistration = stopping.Register(stop.Ask);
        await using var lease = new LeaseKeeper(
            attempt, progress, stop, broker, options.Value.Id, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(lease.Ended, halting);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            over.Token, stall.Token, stop.Due);
        try
        {
            var clip = await StallWatch.AwaitAsync(
                RenderAndCommitAsync(
                    attempt, progress, stop, deviceIsFree, either.Token, over.Token),
                progress,
                options.Value.StallTime,
                options.Value.FirstStepTime,
                stall,
                time);
            trace.Outcome = AttemptOutcome.Superseded;
            if (clip.AttemptId == attempt.Id)
            {
                trace.Outcome = AttemptOutcome.Accepted;
                WorkerMetrics.Committed(clip);
            }

            log.ShotRendered(attempt.JobId, attempt.ShotIndex, attempt.Id, clip.AttemptId);
            await ReportCommittedAsync(attempt, clip, halting);
            return true;
        }
        catch (OperationCanceledException) when (lease.Ended.IsCancellationRequested)
        {
            trace.Outcome = lease.Directive == LeaseDirective.Cancel
                ? AttemptOutcome.Canceled
                : null;
            log.AttemptEnded(attempt.JobId, attempt.ShotIndex, attempt.Id, lease.Directive);
            return true;
        }
        catch (OperationCanceledException) when (
            stop.Due.IsCancellationRequested && !stall.IsCancellationRequested)
        {
            trace.Outcome = LeavesCheckpoint(progress)
                ? AttemptOutcome.HandedBack
                : AttemptOutcome.Dropped;
            log.AttemptHandedBack(attempt.JobId, attempt.ShotIndex, attempt.Id);
            await ReportHandedBackAsync(attempt, halting);
            return true;
        }
        catch (Exception caught) when (!halting.IsCancellationRequested)
        {
            trace.Outcome = AttemptOutcome.Failed;
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
        PlannedStop stop,
        Action deviceIsFree,
        CancellationToken cancellationToken,
        CancellationToken over)
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
            await using var checkpoints = shelf.Open(attempt, folder);
            using var expecting = stop.Asked.Register(checkpoints.ExpectStop);
            try
            {
                var clip = await renderer.RenderAsync(
                    attempt, progress, checkpoints, folder, deviceIsFree, cancellationToken);
                progress.Enter(AttemptStage.Uploading);
                var committed = await committer.CommitAsync(
                    attempt, clip, options.Value.Id, cancellationToken);
                await checkpoints.RemoveAsync();
                return committed;
            }
            catch (OperationCanceledException) when (stop.Due.IsCancellationRequested)
            {
                progress.Enter(AttemptStage.Uploading);
                await checkpoints.FinishAsync(stop.Left, over);
                throw;
            }
            catch (BadFramesException) when (checkpoints.Start is not null)
            {
                // What one attempt left may be what spoils the next; the one after starts anew.
                await checkpoints.RemoveAsync();
                throw;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private bool LeavesCheckpoint(AttemptProgress progress) =>
        progress.StepNumber > 0 && options.Value.CheckpointPeriod > TimeSpan.Zero;

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
