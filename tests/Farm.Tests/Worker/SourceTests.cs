using System.Security.Cryptography;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Media;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>Shots that make a clip anew, by a real worker on a real model.</summary>
public sealed class SourceTests(RunningWorker worker) : IClassFixture<RunningWorker>
{
    private readonly VideoReader reader = new(TimeProvider.System);

    [Fact]
    public async Task Shot_ThatMakesAnotherAnew_IsMadeOfItsClip()
    {
        var before = worker.Shot(seed: 21);
        await worker.IssueAsync(before);
        var first = await worker.Broker.NextReportAsync<AttemptCommitted>();
        var task = worker.Shot(seed: 22, stepCount: 4) with
        {
            Source = new ClipSource { ClipOf = before.RenderKey }, Strength = 0.5,
        };

        await worker.IssueAsync(task);
        var second = await worker.Broker.NextReportAsync<AttemptCommitted>();

        await AssertRemadeAsync(task, first.Clip.ObjectKey, second.Clip);
    }

    [Fact]
    public async Task Shot_ThatMakesAVideoAnew_IsMadeOfIt()
    {
        // A clip of another size and rate, and longer than the shot.
        var before = worker.Shot(seed: 23) with
        {
            Size = new FrameSize(96, 64), FrameRate = new FrameRate(16, 1), FrameCount = 13,
        };
        await worker.IssueAsync(before);
        var first = await worker.Broker.NextReportAsync<AttemptCommitted>();
        using var folder = new ScratchFolder();
        await worker.Store.GetFileAsync(first.Clip.ObjectKey, folder["clip.mp4"], default);
        var sha256 = await StoreAsync(await File.ReadAllBytesAsync(folder["clip.mp4"]));
        var task = worker.Shot(seed: 24) with
        {
            Source = new ClipSource { VideoSha256 = sha256 },
        };

        await worker.IssueAsync(task);
        var second = await worker.Broker.NextReportAsync<AttemptCommitted>();

        await AssertRemadeAsync(task, ObjectKeys.Input("test", sha256), second.Clip);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Video_ChangedOrNone_IsBadInput(bool changed)
    {
        var bytes = "this is no video"u8.ToArray();
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(changed ? [1, 2] : bytes));
        await worker.Store.PutIfAbsentAsync(
            ObjectKeys.Input("test", sha256), bytes, "video/mp4", default);
        await worker.IssueAsync(worker.Shot() with
        {
            Source = new ClipSource { VideoSha256 = sha256 },
        });

        var report = await worker.Broker.NextReportAsync<AttemptFailed>();

        Assert.Equal(RenderError.BadInput, report.Error);
        Assert.Contains(
            changed ? "expected a video with SHA-256" : "neither an MP4 nor a WebM",
            report.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shot_WithASourceAndMoreThatIsWrong_IsToldAllOfIt()
    {
        await worker.IssueAsync(worker.Shot() with
        {
            Source = new ClipSource { ClipOf = "never-rendered" },
            Strength = 2,
            FrameCount = 1000,
        });

        var report = await worker.Broker.NextReportAsync<AttemptFailed>();

        Assert.Equal(RenderError.BadInput, report.Error);
        Assert.Contains("Strength: expected", report.Message, StringComparison.Ordinal);
        Assert.Contains("FrameCount: expected", report.Message, StringComparison.Ordinal);
    }

    /// <summary>That a clip ends as the pipeline itself makes it of the source.</summary>
    private async Task AssertRemadeAsync(ShotTask task, string sourceKey, Clip clip)
    {
        using var folder = new ScratchFolder();
        await worker.Store.GetFileAsync(sourceKey, folder["source.mp4"], default);
        await worker.Store.GetFileAsync(clip.LastFrameKey, folder["last.png"], default);
        var source = await reader.ReadRgbAsync(
            folder["source.mp4"], task.Size, task.FrameRate, task.FrameCount, default);
        var last = await new ImageReader(TimeProvider.System)
            .ReadRgbAsync(folder["last.png"], task.Size, default);

        var frames = worker.Remake(
            task, [.. source.Select(pixels => new RgbImage(64, 64, pixels))]);

        Assert.Equal(task.FrameCount, clip.FrameCount);
        Assert.Equal(frames[^1], last);
        Assert.NotEqual(frames[^1], worker.Generate(task, null)[^1]);
    }

    private async Task<string> StoreAsync(byte[] bytes)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        await worker.Store.PutIfAbsentAsync(
            ObjectKeys.Input("test", sha256), bytes, "video/mp4", default);
        return sha256;
    }
}
