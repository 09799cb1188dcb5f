using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Telemetry;
using RenderFarm.Worker.Attempts;
using RenderFarm.Worker.Intake;

namespace RenderFarm.Worker.Lease;

/// <summary>
/// Renews an attempt's lease until it is disposed: every third of the lease, and soon after
/// progress. It is told of cancel, loss and hand-back in the answer. Silence of the Broker ends
/// nothing: the attempt goes on, because it can write only under its own name.
/// </summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    /// <summary>Progress renews a lease at most this often.</summary>
    internal static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private readonly Attempt attempt;
    private readonly AttemptProgress progress;
    private readonly PlannedStop stop;
    private readonly BrokerLine broker;
    private readonly string workerId;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource ended = new();
    private readonly CancellationTokenSource disposed = new();
    private readonly Task renewing;

    public LeaseKeeper(
        Attempt attempt,
        AttemptProgress progress,
        PlannedStop stop,
        BrokerLine broker,
        string workerId,
        TimeProvider time)
    {
        this.attempt = attempt;
        this.progress = progress;
        this.stop = stop;
        this.broker = broker;
        this.workerId = workerId;
        this.time = time;

        // Thousands of renewals would bury the few spans that say something of the job.
        renewing = FarmTrace.Outside(() => RenewAsync(disposed.Token));
    }

    /// <summary>Fires when the Broker says that the attempt is over.</summary>
    public CancellationToken Ended => ended.Token;

    /// <summary>Why <see cref="Ended"/> fired.</summary>
    public LeaseDirective Directive { get; private set; } = LeaseDirective.Continue;

    public async ValueTask DisposeAsync()
    {
        await disposed.CancelAsync();
        await renewing;
        disposed.Dispose();
        ended.Dispose();
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var pause = attempt.Claim.LeaseDuration / 3;
        try
        {
            while (true)
            {
                await WaitForChangeAsync(pause, cancellationToken);
                var answer = await broker.RenewAsync(
                    new RenewLease
                    {
                        JobId = attempt.JobId,
                        ShotIndex = attempt.ShotIndex,
                        AttemptId = attempt.Id,
                        Stage = progress.Stage,
                        StepNumber = progress.StepNumber,
                        StepCount = progress.StepCount,
                        WorkerId = workerId,
                        AttemptNumber = attempt.Claim.AttemptNumber,
                        RenderKey = attempt.Task.RenderKey,
                    },
                    pause,
                    cancellationToken);
                switch (answer)
                {
                    case { Directive: LeaseDirective.Cancel or LeaseDirective.Lost }:
                        Directive = answer.Directive;
                        await ended.CancelAsync();
                        return;
                    case { Directive: LeaseDirective.HandBack }:
                        // The lease goes on until the checkpoint is written and the Broker told.
                        await stop.AskNowAsync();
                        break;
                    default:
                        break;
                }

                await Task.Delay(pause < LeastPause ? pause : LeastPause, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task WaitForChangeAsync(TimeSpan most, CancellationToken cancellationToken)
    {
        using var alarm = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            alarm.Token, cancellationToken);
        try
        {
            await progress.Changes.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }
}
