using Microsoft.Extensions.Options;
using RenderFarm.Broker.Dispatch.Sweeps;
using RenderFarm.Broker.Jobs;
using RenderFarm.Broker.State;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Garbage;

/// <summary>
/// Collects what nobody needs any more: found by name and age, marked by what jobs refer to, looked
/// at once more, deleted. One Broker at a time does it, which saves work and is not relied on.
/// </summary>
internal sealed class GarbageSweep(
    IJobStore store,
    IObjectStore objects,
    GarbageFinder finder,
    GarbageMarks marks,
    ClipGarbage clips,
    InputGarbage inputs,
    JobGarbage films,
    StateGarbage states,
    Collector collector,
    IOptions<GarbageOptions> options,
    IOptions<StorageOptions> storage,
    IOptions<JobReaderOptions> jobs,
    TimeProvider time) : ISweep
{
    private readonly string holder = Guid.NewGuid().ToString();
    private bool? writesOnce;

    public string Name => "garbage";

    public TimeSpan Period => options.Value.Period;

    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var right = options.Value.Period * 0.9;
        if (!await store.TryHoldAsync(Name, holder, right, cancellationToken)
            || !await WritesOnceAsync(cancellationToken))
        {
            return 0;
        }

        var tenantId = jobs.Value.TenantId;
        var count = collector.Count(
            GarbageKind.State, await states.CollectAsync(cancellationToken));
        count += collector.Count(
            GarbageKind.Upload,
            await objects.RemoveUnfinishedAsync(
                time.GetUtcNow() - options.Value.Grace,
                options.Value.MostDeletions,
                cancellationToken));
        count += await films.CollectAsync(tenantId, cancellationToken);

        var list = await finder.FindAsync(tenantId, cancellationToken);
        await marks.TakeOffAsync(list, tenantId, cancellationToken);
        count += await clips.CollectAsync(list, tenantId, cancellationToken);
        return count + await inputs.CollectAsync(list, tenantId, cancellationToken);
    }

    /// <summary>
    /// Records name what is kept. Where two of them can win, the one that is read says nothing of
    /// the other, so that nothing is safe to delete.
    /// </summary>
    private async Task<bool> WritesOnceAsync(CancellationToken cancellationToken) =>
        writesOnce ??= storage.Value.S3 is not { AllowWeakWrites: true }
            || await objects.ProbeConditionalWritesAsync(cancellationToken);
}
