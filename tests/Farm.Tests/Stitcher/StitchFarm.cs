using System.Text.Json;
using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;
using RenderFarm.Farm.Tests.Worker;
using RenderFarm.Media;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Storage;
using RenderFarm.Storage.Folders;
using RenderFarm.Stitcher;
using Xunit;

namespace RenderFarm.Farm.Tests.Stitcher;

/// <summary>A real stitcher, a folder store, the bus in memory; the test is the Broker.</summary>
public sealed class StitchFarm : IAsyncLifetime
{
    private static readonly FrameSize Size = new(64, 64);
    private static readonly FrameRate Rate = new(8, 1);

    private readonly ScratchFolder folder = new();
    private readonly Channel<object> reports = Channel.CreateUnbounded<object>();
    private IHost host = null!;

    internal FaultyStore Store { get; private set; } = null!;

    internal string ScratchPath => folder["scratch"];

    public async ValueTask InitializeAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Stitcher:ScratchFolder"] = ScratchPath,
        });
        Store = new FaultyStore(new FolderStore(folder["store"], TimeProvider.System));
        builder.Services.AddSingleton<IObjectStore>(Store);
        builder.Services.AddSingleton(reports.Writer);
        builder.AddFarmConsumer<FakeBrokerConsumer>(FarmQueues.Reels);
        builder.AddStitcher();
        builder.AddFarmBus();
        host = builder.Build();
        await host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        folder.Dispose();
    }

    internal async Task<T> NextReportAsync<T>()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        return Assert.IsType<T>(await reports.Reader.ReadAsync(limit.Token));
    }

    internal Task SendAsync(StitchReel order) =>
        host.Services.GetRequiredService<IFarmSender>()
            .SendAsync(FarmQueues.Stitch, order, CancellationToken.None);

    /// <summary>Accepts a clip of one grey level, made by the real encoder.</summary>
    internal async Task<CutListEntry> AddClipAsync(byte level, int frameCount = 6)
    {
        var attemptId = Guid.NewGuid().ToString();
        var slate = new Slate
        {
            AttemptId = attemptId,
            RenderKey = attemptId,
            Model = "none",
            ModelDigest = new string('0', 64),
            Seed = level,
            WorkerId = "test",
        };
        var file = await new ClipWriter(TimeProvider.System).WriteAsync(
            FramesAsync(level, frameCount),
            Size,
            Rate,
            frameCount,
            slate,
            folder[$"{attemptId}.mp4"],
            default);
        var clip = new Clip
        {
            RenderKey = attemptId,
            AttemptId = attemptId,
            ObjectKey = ObjectKeys.Clip("test", attemptId, attemptId),
            LastFrameKey = ObjectKeys.LastFrame("test", attemptId, attemptId),
            Sha256 = file.Sha256,
            ByteCount = file.ByteCount,
            FrameCount = frameCount,
            Size = Size,
            FrameRate = Rate,
            WorkerId = "test",
            Rendering = TimeSpan.Zero,
            Encoding = TimeSpan.Zero,
            Uploading = TimeSpan.Zero,
        };
        await Store.PutFileAsync(clip.ObjectKey, file.Path, "video/mp4", default);
        return new CutListEntry
        {
            ShotId = $"shot-{level}",
            Prompt = "a grey wall",
            Clip = clip,
            Transition = Transition.Cut,
        };
    }

    /// <summary>Writes a cut list, as the Broker does before it asks for the reel.</summary>
    internal async Task<StitchReel> OrderAsync(params CutListEntry[] entries)
    {
        var jobId = $"job-{Guid.NewGuid():n}";
        var film = new CutList
        {
            Title = "Grey",
            Size = Size,
            FrameRate = Rate,
            Codec = ReelCodec.H264,
            FrameCount = entries.Sum(
                entry => entry.Clip?.FrameCount ?? entry.CardFrameCount!.Value),
            Entries = entries,
        };
        return await OrderAsync(
            jobId, JsonSerializer.SerializeToUtf8Bytes(film, FarmJson.Options));
    }

    internal async Task<StitchReel> OrderAsync(string jobId, byte[] cutList)
    {
        var key = ObjectKeys.CutList("test", jobId, 1);
        await Store.PutIfAbsentAsync(key, cutList, "application/json", default);
        return new StitchReel { JobId = jobId, TenantId = "test", Revision = 1, CutListKey = key };
    }

    internal async Task<List<StoredObject>> ObjectsAsync(StitchReel order)
    {
        var found = new List<StoredObject>();
        var prefix = $"t/test/jobs/{order.JobId}/r1/";
        await foreach (var one in Store.ListAsync(prefix, default))
        {
            found.Add(one);
        }

        return found;
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> FramesAsync(byte level, int count)
    {
        var frame = new byte[Size.PixelCount * 3];
        for (var index = 0; index < count; index++)
        {
            Array.Fill(frame, (byte)(level + index));
            yield return frame;
            await Task.Yield();
        }
    }
}

/// <summary>The Broker's end of the bus without its rules: keeps what stitchers say.</summary>
internal sealed class FakeBrokerConsumer(ChannelWriter<object> reports) :
    IConsumer<ReelStitched>, IConsumer<ReelFailed>
{
    public Task Consume(ConsumeContext<ReelStitched> context) =>
        reports.WriteAsync(context.Message).AsTask();

    public Task Consume(ConsumeContext<ReelFailed> context) =>
        reports.WriteAsync(context.Message).AsTask();
}
