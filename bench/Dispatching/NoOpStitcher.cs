using System.Text.Json;
using MassTransit;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Reels;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Storage;

namespace RenderFarm.Benchmarks.Dispatching;

/// <summary>
/// A stitcher that joins nothing: reads the cut, writes the final record, reports.
/// </summary>
internal sealed class NoOpStitcher(IObjectStore store, IFarmSender sender) : IConsumer<StitchReel>
{
    private const int LongestCutList = 64 * 1024 * 1024;

    public async Task Consume(ConsumeContext<StitchReel> context)
    {
        var order = context.Message;
        var bytes = await store.TryGetAsync(
            order.CutListKey, LongestCutList, context.CancellationToken);
        var cut = JsonSerializer.Deserialize<CutList>(bytes, FarmJson.Options)!;
        var name = ObjectKeys.FinalReel(order.TenantId, order.JobId, order.Revision);
        var reel = new Reel
        {
            JobId = order.JobId,
            Revision = order.Revision,
            ObjectKey = name,
            Sha256 = new string('0', 64),
            ByteCount = 0,
            FrameCount = cut.FrameCount,
            ContactSheetKey = name,
            TimelineKey = name,
            AttemptIds = [.. cut.Entries.Select(entry => entry.Clip!.AttemptId)],
            StitchTime = TimeSpan.Zero,
        };
        await store.PutIfAbsentAsync(
            name,
            JsonSerializer.SerializeToUtf8Bytes(reel, FarmJson.Options),
            "application/json",
            context.CancellationToken);
        await sender.SendAsync(
            FarmQueues.Reels, new ReelStitched { Reel = reel }, context.CancellationToken);
    }
}
