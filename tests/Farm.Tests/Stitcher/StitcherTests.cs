using System.Security.Cryptography;
using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Reels;
using RenderFarm.Farm.Tests.Worker;
using RenderFarm.Media;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Farm.Tests.Stitcher;

public sealed class StitcherTests(StitchFarm farm) : IClassFixture<StitchFarm>
{
    [Fact]
    public async Task Order_OfTwoClips_BecomesAReel()
    {
        var entries = new[] { await farm.AddClipAsync(40), await farm.AddClipAsync(120) };
        var order = await farm.OrderAsync(entries);
        using var folder = new ScratchFolder();

        await farm.SendAsync(order);
        var reel = (await farm.NextReportAsync<ReelStitched>()).Reel;

        await farm.Store.GetFileAsync(reel.ObjectKey, folder["reel.mp4"], default);
        var bytes = await File.ReadAllBytesAsync(folder["reel.mp4"]);
        Assert.Equal(order.JobId, reel.JobId);
        Assert.Equal(12, reel.FrameCount);
        Assert.Equal(entries.Select(entry => entry.Clip!.AttemptId), reel.AttemptIds);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), reel.Sha256);
        Assert.Equal(
            12,
            await new ClipInspector(TimeProvider.System)
                .CountFramesAsync(folder["reel.mp4"], default));
        Assert.NotNull(await farm.Store.TryHeadAsync(reel.ContactSheetKey, default));
        Assert.NotNull(await farm.Store.TryHeadAsync(reel.TimelineKey, default));
        Assert.Equal(reel.ObjectKey, (await FinalAsync(order))!.ObjectKey);
        Assert.Empty(Directory.EnumerateFileSystemEntries(farm.ScratchPath));
    }

    [Fact]
    public async Task Clip_ShownTwice_IsInTheReelTwice()
    {
        var entry = await farm.AddClipAsync(60);
        var order = await farm.OrderAsync(entry, entry with { ShotId = "again" });

        await farm.SendAsync(order);
        var reel = (await farm.NextReportAsync<ReelStitched>()).Reel;

        Assert.Equal(12, reel.FrameCount);
    }

    [Fact]
    public async Task Order_WithAShotThatIsMissing_HasACardAsLongAsTheShot()
    {
        var clip = await farm.AddClipAsync(90);
        var order = await farm.OrderAsync(
            clip,
            clip with { ShotId = "storm", Clip = null, CardFrameCount = 9 },
            clip with { ShotId = "again" });
        using var folder = new ScratchFolder();

        await farm.SendAsync(order);
        var reel = (await farm.NextReportAsync<ReelStitched>()).Reel;

        await farm.Store.GetFileAsync(reel.ObjectKey, folder["reel.mp4"], default);
        Assert.Equal([clip.Clip!.AttemptId, clip.Clip.AttemptId], reel.AttemptIds);
        Assert.Equal(["storm"], reel.MissingShotIds);
        Assert.Equal(
            6 + 9 + 6,
            await new ClipInspector(TimeProvider.System)
                .CountFramesAsync(folder["reel.mp4"], default));
    }

    [Fact]
    public async Task Order_Repeated_HasOneReel()
    {
        var order = await farm.OrderAsync(await farm.AddClipAsync(50));

        await farm.SendAsync(order);
        var first = (await farm.NextReportAsync<ReelStitched>()).Reel;
        var count = (await farm.ObjectsAsync(order)).Count;
        await farm.SendAsync(order);
        var second = (await farm.NextReportAsync<ReelStitched>()).Reel;

        Assert.Equal(Json(first), Json(second));
        Assert.Equal(count, (await farm.ObjectsAsync(order)).Count);
    }

    [Fact]
    public async Task Commit_LosesTheRace_ReportsTheWinner()
    {
        var order = await farm.OrderAsync(await farm.AddClipAsync(70));
        var winner = new Reel
        {
            JobId = order.JobId,
            Revision = 1,
            ObjectKey = "winner",
            Sha256 = "",
            ByteCount = 1,
            FrameCount = 6,
            ContactSheetKey = "",
            TimelineKey = "",
            AttemptIds = [],
            StitchTime = TimeSpan.Zero,
        };
        var key = ObjectKeys.FinalReel("test", order.JobId, 1);
        farm.Store.Before = async (call, objectKey) =>
        {
            if (call == nameof(IObjectStore.PutFileAsync) && objectKey.EndsWith(".mp4", default))
            {
                await farm.Store.PutIfAbsentAsync(
                    key,
                    JsonSerializer.SerializeToUtf8Bytes(winner, FarmJson.Options),
                    "application/json",
                    default);
            }
        };

        await farm.SendAsync(order);
        var report = await farm.NextReportAsync<ReelStitched>();
        farm.Store.Before = (_, _) => Task.CompletedTask;

        Assert.Equal(Json(winner), Json(report.Reel));
        Assert.Equal("winner", (await FinalAsync(order))!.ObjectKey);
    }

    [Fact]
    public async Task Clip_Missing_FailsForGood()
    {
        var entry = await farm.AddClipAsync(80);
        await farm.Store.DeleteAsync(entry.Clip!.ObjectKey, default);
        var order = await farm.OrderAsync(entry);

        await farm.SendAsync(order);
        var report = await farm.NextReportAsync<ReelFailed>();

        Assert.True(report.Permanent);
        Assert.Contains(entry.Clip!.ObjectKey, report.Message, StringComparison.Ordinal);
        Assert.Null(await FinalAsync(order));
        Assert.Empty(Directory.EnumerateFileSystemEntries(farm.ScratchPath));
    }

    [Fact]
    public async Task Clip_Changed_FailsForGood()
    {
        var entry = await farm.AddClipAsync(90);
        var other = await farm.AddClipAsync(91);
        var order = await farm.OrderAsync(
            entry with { Clip = entry.Clip! with { ObjectKey = other.Clip!.ObjectKey } });

        await farm.SendAsync(order);
        var report = await farm.NextReportAsync<ReelFailed>();

        Assert.True(report.Permanent);
        Assert.Contains(entry.Clip!.Sha256, report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CutList_Missing_FailsForGood()
    {
        var order = new StitchReel
        {
            JobId = "job-lost",
            TenantId = "test",
            Revision = 1,
            CutListKey = ObjectKeys.CutList("test", "job-lost", 1),
        };

        await farm.SendAsync(order);
        var report = await farm.NextReportAsync<ReelFailed>();

        Assert.True(report.Permanent);
    }

    [Fact]
    public async Task CutList_Unreadable_FailsForGood()
    {
        var order = await farm.OrderAsync("job-garbage", "{ no cut list"u8.ToArray());

        await farm.SendAsync(order);
        var report = await farm.NextReportAsync<ReelFailed>();

        Assert.True(report.Permanent);
    }

    [Fact]
    public async Task Store_Away_FailsForNowAndSucceedsLater()
    {
        var order = await farm.OrderAsync(await farm.AddClipAsync(100));
        farm.Store.Before = (call, _) => call == nameof(IObjectStore.PutFileAsync)
            ? throw new StoreException("the store is away", canRetry: true)
            : Task.CompletedTask;

        await farm.SendAsync(order);
        var failed = await farm.NextReportAsync<ReelFailed>();
        farm.Store.Before = (_, _) => Task.CompletedTask;
        await farm.SendAsync(order);
        var stitched = await farm.NextReportAsync<ReelStitched>();

        Assert.False(failed.Permanent);
        Assert.Equal(order.JobId, stitched.Reel.JobId);
    }

    private static string Json(Reel reel) => JsonSerializer.Serialize(reel, FarmJson.Options);

    private async Task<Reel?> FinalAsync(StitchReel order)
    {
        var key = ObjectKeys.FinalReel("test", order.JobId, 1);
        var record = await farm.Store.TryGetAsync(key, 65536, default);
        return record is null ? null : JsonSerializer.Deserialize<Reel>(record, FarmJson.Options);
    }
}
