using Microsoft.Extensions.Options;

namespace RenderFarm.Broker.State;

/// <summary>
/// Gives tickets to several shots, also of several jobs, in one step: one commit in place of one
/// for each.
/// </summary>
internal sealed class TicketOffice(
    IJobStore store, IOptions<BrokerOptions> options, TimeProvider time)
{
    private readonly RuleLimits limits = options.Value.Limits();

    /// <summary>
    /// Gives tickets in this order; a shot that cannot have one now is left out.
    /// </summary>
    /// <param name="shots">Which shots, and their tickets' ids.</param>
    /// <param name="limit">What must have room for all of them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// Those that got one; null when somebody was faster or there is no room for all, and nothing
    /// is changed: then one by one.
    /// </returns>
    public async Task<IReadOnlyList<(string JobId, int ShotIndex, string DispatchId)>?>
        TryIssueAsync(
            IReadOnlyList<(string JobId, int ShotIndex, string DispatchId)> shots,
            IndexLimit limit,
            CancellationToken cancellationToken)
    {
        var keys = shots.Select(shot => RecordKeys.Job(shot.JobId))
            .Concat(shots.Select(shot => RecordKeys.Shot(shot.JobId, shot.ShotIndex)))
            .ToList();
        var found = await store.LoadAsync(keys, cancellationToken);
        var issued = new List<(string JobId, int ShotIndex, string DispatchId)>(shots.Count);
        var guards = new Dictionary<string, RecordWrite>();
        var records = new List<RecordWrite>(shots.Count);
        var indexes = new List<IndexChange>();
        var rows = new List<OutboxRow>(shots.Count);
        for (var i = 0; i < shots.Count; i++)
        {
            var job = StateRecords.Read<JobState>(found[i]);
            var shot = StateRecords.Read<ShotState>(found[shots.Count + i]);
            if (job is null || shot is null)
            {
                continue;
            }

            var now = time.GetUtcNow();
            var ruling = ShotRules.Apply(
                new ShotView(job.State, shot.State, []),
                new ShotEvent.Dispatched(shots[i].DispatchId),
                limits,
                now);
            if (ruling.Verdict == Verdict.Applied)
            {
                issued.Add(shots[i]);
                guards[keys[i]] = RecordWrite.Guard(keys[i], job.Version);
                records.Add(StateRecords.Write(ruling.Shots[0], shot.Version));
                indexes.AddRange(IndexRules.Of(ruling.Shots[0]));
                rows.AddRange(ruling.Outgoing.Select(message => OutboxRow.Of(message, now)));
            }
        }

        if (issued.Count == 0)
        {
            return issued;
        }

        var result = await store.CommitAsync(
            new Commit
            {
                Records = [.. guards.Values, .. records],
                Indexes = indexes,
                Rows = rows,
                Limit = limit with { Count = limit.Count - issued.Count + 1 },
            },
            cancellationToken);
        return result == CommitResult.Committed ? issued : null;
    }
}
