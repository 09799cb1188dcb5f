using Microsoft.Extensions.Options;
using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Recovery;

/// <summary>
/// Notices that the job store lost its states or went back to older ones, and has them rebuilt
/// from the object store, which is the truth. Meanwhile the gate is closed.
/// </summary>
internal sealed class EpochWatch(
    IJobStore store,
    EpochFiles files,
    StateRebuild rebuild,
    RebuildGate gate,
    IOptions<BrokerOptions> options,
    BrokerMetrics metrics,
    TimeProvider time,
    ILogger<EpochWatch> log) : BackgroundService
{
    private const string Right = "rebuild";
    private static readonly TimeSpan RightDuration = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Release = TimeSpan.FromMilliseconds(1);
    private readonly string holder = Guid.NewGuid().ToString();
    private long writtenCount = -1;
    private long? writtenAt;

    /// <summary>Closes the gate until the first look, unless the store ends with us.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (store.Epochs is not null)
        {
            gate.Close();
            await TryLookAsync(mayRebuild: false, cancellationToken);
        }

        await base.StartAsync(cancellationToken);
    }

    /// <summary>
    /// Remembers how far the store came, so that the next start knows; leaves a rebuild that is
    /// not done to others at once.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (store.Epochs is not null && !gate.IsOpen)
        {
            await ((Task)store.TryHoldAsync(Right, holder, Release, cancellationToken))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (store.Epochs?.Trust.Current is { } mark && gate.IsOpen)
        {
            await WriteCountAsync(mark, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Looks once: opens the gate where the store is sound; rebuilds it where it is not and no
    /// other Broker does.
    /// </summary>
    public async Task LookAsync(bool mayRebuild, CancellationToken cancellationToken)
    {
        if (store.Epochs is not { } epochs)
        {
            return;
        }

        var trusted = epochs.Trust.Current;
        var seen = await epochs.ReadAsync(cancellationToken);
        var isKnown = gate.IsOpen && trusted is not null && trusted.EpochId == seen.EpochId
            && seen.CommitCount >= trusted.CommitCount && seen.IsReady;
        if (isKnown)
        {
            epochs.Trust.Check(trusted, seen.EpochId, seen.CommitCount, isCommit: false);
            await RememberAsync(seen, cancellationToken);
            return;
        }

        gate.Close();
        var kept = await files.FindLastAsync(cancellationToken);
        var verdict = EpochRules.Judge(seen, kept, trusted);
        if (verdict == EpochVerdict.Sound && seen.IsReady)
        {
            Open(epochs, seen, isRebuilt: trusted is not null && trusted.EpochId != seen.EpochId);
        }
        else if (mayRebuild
            && await store.TryHoldAsync(Right, holder, RightDuration, cancellationToken))
        {
            await BeginAsync(epochs, seen, kept, verdict, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (store.Epochs is not null)
        {
            await TryLookAsync(mayRebuild: true, stoppingToken);
            await gate.Trouble.WaitAsync(
                gate.IsOpen ? options.Value.EpochPeriod : options.Value.EpochPeriod / 4,
                time,
                stoppingToken);
        }
    }

    private async Task TryLookAsync(bool mayRebuild, CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(mayRebuild, cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            log.EpochUnknown(fault);
        }
    }

    /// <summary>Begins an epoch where that is called for, and brings its states about.</summary>
    private async Task BeginAsync(
        IEpochStore epochs,
        StoreMark seen,
        EpochRecord? kept,
        EpochVerdict verdict,
        CancellationToken cancellationToken)
    {
        var isLoss = EpochRules.IsLoss(verdict);
        var next = seen;
        if (isLoss || verdict == EpochVerdict.First)
        {
            next = new StoreMark(
                Guid.NewGuid().ToString("n"),
                Math.Max(kept?.EpochNumber ?? 0, seen.EpochNumber) + 1,
                IsReady: !isLoss,
                CommitCount: 0);
            if (!await TryBeginAsync(epochs, seen, next, verdict, isLoss, cancellationToken))
            {
                return;
            }
        }
        else if (verdict == EpochVerdict.Unwritten)
        {
            await WriteEpochAsync(seen, verdict, cancellationToken);
        }

        if (!next.IsReady)
        {
            await RebuildAsync(epochs, next, cancellationToken);
        }

        Open(
            epochs,
            await epochs.ReadAsync(cancellationToken),
            isRebuilt: isLoss || (!seen.IsReady && verdict == EpochVerdict.Sound));
    }

    /// <summary>
    /// The object store is told first: an epoch that nobody remembers could not be missed.
    /// </summary>
    private async Task<bool> TryBeginAsync(
        IEpochStore epochs,
        StoreMark seen,
        StoreMark next,
        EpochVerdict verdict,
        bool isLoss,
        CancellationToken cancellationToken)
    {
        if (!await WriteEpochAsync(next, verdict, cancellationToken)
            || !await epochs.TryBeginAsync(seen.EpochId, next, isLoss, cancellationToken))
        {
            return false;
        }

        log.EpochBegun(next.EpochNumber, next.EpochId, verdict);
        return true;
    }

    private Task<bool> WriteEpochAsync(
        StoreMark mark, EpochVerdict verdict, CancellationToken cancellationToken) =>
        files.TryWriteAsync(
            new EpochRecord
            {
                EpochId = mark.EpochId,
                EpochNumber = mark.EpochNumber,
                BeganAt = time.GetUtcNow(),
                Reason = verdict.ToString(),
            },
            cancellationToken);

    private async Task RebuildAsync(
        IEpochStore epochs, StoreMark next, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        epochs.Trust.Adopt(next with { CommitCount = 0 });
        gate.Enter(next.EpochNumber);
        var count = await rebuild.RunAsync(
            token => store.TryHoldAsync(Right, holder, RightDuration, token), cancellationToken);
        await epochs.FinishAsync(next.EpochId, cancellationToken);
        metrics.Rebuilt();
        log.StatesRebuilt(next.EpochNumber, count, time.GetElapsedTime(start));
    }

    private void Open(IEpochStore epochs, StoreMark seen, bool isRebuilt)
    {
        if (!seen.IsReady)
        {
            return;
        }

        epochs.Trust.Adopt(seen);
        gate.Enter(seen.EpochNumber);
        gate.Open(isRebuilt);
    }

    private async Task RememberAsync(StoreMark seen, CancellationToken cancellationToken)
    {
        var isDue = writtenAt is not { } since
            || time.GetElapsedTime(since) >= options.Value.RememberPeriod;
        if (isDue && seen.CommitCount != writtenCount)
        {
            await WriteCountAsync(seen, cancellationToken);
        }
    }

    private async Task WriteCountAsync(StoreMark mark, CancellationToken cancellationToken)
    {
        await files.WriteCountAsync(mark.EpochNumber, mark.CommitCount, cancellationToken);
        (writtenCount, writtenAt) = (mark.CommitCount, time.GetTimestamp());
    }
}
