using Microsoft.Extensions.Options;
using RenderFarm.Broker.Dispatch.Policy;
using RenderFarm.Broker.Jobs;
using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Dispatch;

/// <summary>
/// Lets the policy say whose shots get a queue's next tickets, and keeps what each tenant has had.
/// That is a record of its own, which is changed after the shots': a crash in between forgets what
/// a few tickets cost.
/// </summary>
internal sealed class FairDispatch(
    IJobStore store,
    ReadyLines lines,
    IOptions<JobReaderOptions> options,
    TimeProvider time)
{
    /// <summary>
    /// A ticket goes to nobody in particular, so none is held back for a better one.
    /// </summary>
    private static readonly PolicySettings Settings = new() { Patience = 0, HeadroomSeconds = 0 };

    /// <summary>The next shots of several lines, at most so many.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="ofLines">Its lines.</param>
    /// <param name="ofTenants">How many more those may have who have a limit.</param>
    /// <param name="count">How many in all.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<FairRound> PickAsync(
        string queue,
        IReadOnlyList<DispatchLine> ofLines,
        IReadOnlyDictionary<string, int> ofTenants,
        int count,
        CancellationToken cancellationToken)
    {
        var kept = await store.LoadAsync<FairBook>(RecordKeys.Fair(queue), cancellationToken);
        var board = new ReadyBoard(Settings, tenantId => TermsOf(tenantId, ofTenants));
        board.Open(kept?.State ?? new FairBook());
        foreach (var line in ofLines)
        {
            var shots = await lines.PickAsync(queue, line, count, cancellationToken);
            await PutAsync(board, queue, shots, cancellationToken);
        }

        return new FairRound(queue, kept, board, Choose(board, queue, count));
    }

    /// <summary>Keeps what the tickets cost that went out.</summary>
    public async Task KeepAsync(
        FairRound round, IReadOnlyList<bool> issued, CancellationToken cancellationToken)
    {
        for (var i = 0; i < round.Shots.Count; i++)
        {
            if (!issued[i])
            {
                round.Board.Settle(round.Shots[i], actual: 0, isDone: false);
            }
        }

        // Where another Broker keeps its own in this moment, this one's is forgotten.
        await store.CommitAsync(
            new Commit
            {
                Records =
                [
                    new(
                        RecordKeys.Fair(round.Queue),
                        round.Kept?.Version ?? 0,
                        StateRecords.Write(round.Board.Close())),
                ],
            },
            cancellationToken);
    }

    private async Task PutAsync(
        ReadyBoard board,
        string queue,
        List<(string JobId, int ShotIndex)> shots,
        CancellationToken cancellationToken)
    {
        var ofJobs = shots.GroupBy(shot => shot.JobId).ToList();
        var jobs = await store.LoadAsync<JobState>(
            [.. ofJobs.Select(ofJob => RecordKeys.Job(ofJob.Key))], cancellationToken);
        foreach (var (ofJob, found) in ofJobs.Zip(jobs))
        {
            if (found is null)
            {
                continue;
            }

            var job = found.State;
            var cost = DispatchOrder.ShotCost(job).TotalSeconds;
            board.Put(new JobTerms
            {
                JobId = job.JobId,
                TenantId = job.PayingTenant ?? job.TenantId,
                Class = job.Priority,
                AcceptedAt = job.AcceptedAt,
                Left = job.LeftCount * cost,
            });
            foreach (var (place, shot) in ofJob.Index())
            {
                board.Put(new ReadyShot
                {
                    JobId = job.JobId,
                    ShotIndex = shot.ShotIndex,
                    Model = new ModelNeed(queue, 0, 0),
                    Cost = cost,

                    // They were read in the order of their chains, which is all that counts here.
                    ChainCost = -place,
                    ReadyAt = time.GetUtcNow(),
                });
            }
        }
    }

    /// <summary>
    /// Any worker of the queue takes any of its tickets and has the queue's model in its memory.
    /// </summary>
    private List<ReadyShot> Choose(ReadyBoard board, string queue, int count)
    {
        var worker = new AskingWorker { Loaded = [queue], MemoryGib = 0 };
        var chosen = new List<ReadyShot>(count);
        while (chosen.Count < count && board.Choose(worker, time.GetUtcNow()) is { } shot)
        {
            chosen.Add(shot);
        }

        return chosen;
    }

    private TenantTerms TermsOf(
        string tenantId, IReadOnlyDictionary<string, int> ofTenants) => new()
    {
        RunningLimit = ofTenants.GetValueOrDefault(tenantId, int.MaxValue),
        Weight = Math.Clamp(
            options.Value.Tenants.TryGetValue(tenantId, out var weight) ? weight : 1, 0.01, 1000),
    };
}
