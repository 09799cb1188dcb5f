using System.Text;
using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Reels;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>A stitcher as a small state machine: its orders are in its memory only.</summary>
internal sealed class FakeStitcher(FakeWorld world, string id)
{
    private readonly List<StitchReel> orders = [];
    private Stage stage;
    private Reel? reel;

    private enum Stage
    {
        Look,
        Join,
        Accept,
        Read,
        Report,
    }

    public bool IsIdle => orders.Count == 0;

    /// <summary>It dies and starts again, knowing of nothing.</summary>
    public void Crash()
    {
        world.Trace($"{id} dies");
        orders.Clear();
        stage = Stage.Look;
    }

    /// <summary>Notes an order, unless it knows of it.</summary>
    public void Take(StitchReel order)
    {
        if (!orders.Any(o => o.JobId == order.JobId && o.Revision == order.Revision))
        {
            orders.Add(order);
        }
    }

    public void Step()
    {
        if (orders.Count == 0)
        {
            return;
        }

        var order = orders[0];
        var finalKey = ObjectKeys.FinalReel(order.TenantId, order.JobId, order.Revision);
        switch (stage)
        {
            case Stage.Look:
                reel = world.Objects.TryGet<Reel>(finalKey);
                stage = reel is null ? Stage.Join : Stage.Report;
                break;
            case Stage.Join:
                Join(order);
                break;
            case Stage.Accept:
                var isFirst = world.Objects.PutIfAbsent(
                    finalKey, JsonSerializer.SerializeToUtf8Bytes(reel, FarmJson.Options));
                stage = isFirst ? Stage.Report : Stage.Read;
                break;
            case Stage.Read:
                reel = world.Objects.TryGet<Reel>(finalKey);
                stage = Stage.Report;
                break;
            default:
                world.Trace($"{id} reports the reel of {order.JobId}");
                world.Bus.Send(new FakeMail(new ReelStitched { Reel = reel! }));
                End();
                break;
        }
    }

    private void Join(StitchReel order)
    {
        if (world.Objects.TryGet<CutList>(order.CutListKey) is not { } cut
            || cut.Entries.Any(e => e.Clip is { } clip
                && world.Objects.TryHead(clip.ObjectKey) is null))
        {
            world.Break($"{order.JobId} is to be stitched, and its cut list or a clip is missing");
            return;
        }

        if (world.Hits(Faults.BadReels, 300))
        {
            world.Trace($"{id} fails the reel of {order.JobId}");
            world.Film(order.JobId).ReelFailureCount++;
            world.Bus.Send(new FakeMail(new ReelFailed
            {
                JobId = order.JobId,
                Revision = order.Revision,
                Message = "why",
                Permanent = false,
                EarlierFailureCount = order.EarlierFailureCount,
            }));
            End();
            return;
        }

        reel = Dispatch.Reels.Of(
            order.JobId, [.. cut.Entries.Select(e => e.Clip?.AttemptId).OfType<string>()]) with
        {
            MissingShotIds = [.. cut.Entries.Where(e => e.Clip is null).Select(e => e.ShotId)],
            ObjectKey = ObjectKeys.ReelFile(
                order.TenantId, order.JobId, order.Revision, world.NextAttemptId(), "reel.mp4"),
        };
        world.Objects.Put(reel.ObjectKey, Encoding.UTF8.GetBytes(id));
        stage = Stage.Accept;
    }

    private void End()
    {
        orders.RemoveAt(0);
        stage = Stage.Look;
        reel = null;
    }
}
