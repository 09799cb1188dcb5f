using System.Text.Json;
using Microsoft.Extensions.Options;
using RenderFarm.Broker.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Dispatch;

/// <summary>Which workers are there, as they said themselves not long ago.</summary>
internal sealed class WorkerRoster(
    IJobStore store,
    DispatchSignal dispatch,
    IOptions<BrokerOptions> options,
    TimeProvider time)
{
    private const int MostWorkers = 10_000;

    /// <summary>Notes an announcement; a worker that leaves is gone at once.</summary>
    public async Task AnnounceAsync(
        WorkerAnnounced worker, CancellationToken cancellationToken)
    {
        double? seen = worker.Leaving ? null : IndexRules.Moment(time.GetUtcNow());
        await store.CommitAsync(
            new Commit
            {
                Records =
                [
                    new(
                        RecordKeys.Worker(worker.WorkerId),
                        RecordWrite.AnyVersion,
                        worker.Leaving ? null : JsonSerializer.Serialize(worker, FarmJson.Options)),
                ],
                Indexes =
                [
                    new(IndexKeys.Workers, worker.WorkerId, seen),
                    .. worker.Queues.Distinct().Select(queue => new IndexChange(
                        IndexKeys.QueueWorkers(queue), worker.WorkerId, seen)),
                ],
            },
            cancellationToken);
        dispatch.Set();
    }

    /// <summary>
    /// How many live workers take from a queue. One that is set aside would only swallow tickets,
    /// and does not count while there is another one.
    /// </summary>
    public async Task<long> CountAsync(string queue, CancellationToken cancellationToken)
    {
        var setAside = await store.CountIndexAsync(
            IndexKeys.SetAside(queue), double.NegativeInfinity, cancellationToken);
        var well = setAside == 0 ? 0 : (await FindWellAsync(queue, cancellationToken)).Count;
        return well > 0
            ? well
            : await store.CountIndexAsync(
                IndexKeys.QueueWorkers(queue), Oldest(), cancellationToken);
    }

    /// <summary>The live workers that take from a queue and are not set aside.</summary>
    public async Task<IReadOnlyList<string>> FindWellAsync(
        string queue, CancellationToken cancellationToken)
    {
        var setAside = await store.ReadIndexAsync(
            IndexKeys.SetAside(queue), IndexRange.First(MostWorkers), cancellationToken);
        return [.. (await FindAsync(queue, cancellationToken)).Except(setAside)];
    }

    /// <summary>The same, as they announced themselves last.</summary>
    public async Task<IReadOnlyList<WorkerAnnounced>> FindWellAnnouncedAsync(
        string queue, CancellationToken cancellationToken)
    {
        var workerIds = await FindWellAsync(queue, cancellationToken);
        var records = await store.LoadAsync(
            [.. workerIds.Select(RecordKeys.Worker)], cancellationToken);
        return [.. records.OfType<StoredRecord>().Select(Read)];
    }

    /// <summary>The live workers that take from a queue.</summary>
    public Task<IReadOnlyList<string>> FindAsync(
        string queue, CancellationToken cancellationToken) =>
        store.ReadIndexAsync(
            IndexKeys.QueueWorkers(queue),
            new IndexRange { Least = Oldest(), Count = MostWorkers },
            cancellationToken);

    /// <summary>Every live worker, as it announced itself last.</summary>
    public async Task<IReadOnlyList<WorkerAnnounced>> FindAllAsync(
        CancellationToken cancellationToken)
    {
        var workerIds = await store.ReadIndexAsync(
            IndexKeys.Workers,
            new IndexRange { Least = Oldest(), Count = MostWorkers },
            cancellationToken);
        var records = await store.LoadAsync(
            [.. workerIds.Select(RecordKeys.Worker)], cancellationToken);
        return [.. records.OfType<StoredRecord>().Select(Read)];
    }

    /// <summary>
    /// Whether a live worker that takes from a queue has nothing to do, though it could.
    /// </summary>
    public async Task<bool> HasIdleAsync(string queue, CancellationToken cancellationToken)
    {
        var well = await FindWellAsync(queue, cancellationToken);
        var workerIds = well.Count > 0 ? well : await FindAsync(queue, cancellationToken);
        var records = await store.LoadAsync(
            [.. workerIds.Select(RecordKeys.Worker)], cancellationToken);
        return records.Any(record => record is not null
            && !Read(record).Busy);
    }

    /// <summary>Forgets workers that are long gone without a word; says how many.</summary>
    public async Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        var longGone = IndexRules.Moment(time.GetUtcNow() - (10 * options.Value.WorkerSilence));
        var workerIds = await store.ReadIndexAsync(
            IndexKeys.Workers,
            new IndexRange { Greatest = longGone, Count = 100 },
            cancellationToken);
        foreach (var workerId in workerIds)
        {
            var key = RecordKeys.Worker(workerId);
            var record = (await store.LoadAsync([key], cancellationToken))[0];
            var queues = record is null ? [] : Read(record).Queues;
            await store.CommitAsync(
                new Commit
                {
                    Records = [new(key, record?.Version ?? 0, null)],
                    Indexes =
                    [
                        new(IndexKeys.Workers, workerId, null),
                        .. queues.Select(queue => new IndexChange(
                            IndexKeys.QueueWorkers(queue), workerId, null)),
                    ],
                },
                cancellationToken);
        }

        return workerIds.Count;
    }

    private static WorkerAnnounced Read(StoredRecord record) =>
        JsonSerializer.Deserialize<WorkerAnnounced>(record.Json, FarmJson.Options)!;

    private double Oldest() =>
        IndexRules.Moment(time.GetUtcNow() - options.Value.WorkerSilence);
}
