using System.Security.Cryptography;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Diffusion.Tests.Miniatures;
using RenderFarm.Media;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>A picture that is painted anew within a mask, by a real worker.</summary>
public sealed class MaskTests : IAsyncLifetime
{
    private static readonly FrameSize Size = new(64, 32);

    private readonly RunningWorker worker = new();

    public async ValueTask InitializeAsync()
    {
        worker.Settings["Worker:Models:0"] = Miniature.Folder("sd15");
        await worker.InitializeAsync();
    }

    public ValueTask DisposeAsync() => worker.DisposeAsync();

    [Fact]
    public async Task Shot_WithAMask_IsPaintedWithinIt()
    {
        var (start, mask) = (Miniature.Pattern(64, 32, 3), Miniature.Box(64, 32));
        var task = worker.Shot() with
        {
            Size = Size,
            FrameCount = 1,
            StepCount = 5,
            Sampler = "pndm",
            Start = new Conditioning { ImageSha256 = await StoreAsync(start) },
            MaskSha256 = await StoreAsync(mask),
            Strength = 0.7,
        };
        using var folder = new ScratchFolder();

        await worker.IssueAsync(task);
        var report = await worker.Broker.NextReportAsync<AttemptCommitted>();

        await worker.Store.GetFileAsync(report.Clip.LastFrameKey, folder["last.png"], default);
        var last = await new ImageReader(TimeProvider.System)
            .ReadRgbAsync(folder["last.png"], Size, default);
        var request = RunningWorker.Request(task, start);
        Assert.Equal(Frame(task, request with { Mask = mask }), last);
        Assert.NotEqual(Frame(task, request), last);
    }

    private byte[] Frame(ShotTask task, VideoRequest request)
    {
        using var clip = worker.Models.PipelineOf(task).Generate(request, null, default);
        return Assert.Single(clip.Frames(default)).ToArray();
    }

    /// <summary>Puts a picture into the store.</summary>
    private async Task<string> StoreAsync(RgbImage image)
    {
        using var folder = new ScratchFolder();
        await new ImageWriter(TimeProvider.System)
            .WriteRgbAsync(image.Pixels, Size, folder["image.png"], default);
        var bytes = await File.ReadAllBytesAsync(folder["image.png"]);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        await worker.Store.PutIfAbsentAsync(
            ObjectKeys.Input("test", sha256), bytes, "image/png", default);
        return sha256;
    }
}
