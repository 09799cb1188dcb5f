using System.Security.Cryptography;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Media;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>One worker for all tests: what one leaves behind, the next one meets.</summary>
public sealed class CompanionTests(CompanionWorker companions) : IClassFixture<CompanionWorker>
{
    private static readonly FrameSize ModelSize = new(64, 64);

    private readonly RunningWorker worker = companions.Worker;

    [Fact]
    public async Task Shot_OfTheFilmsSizeAndRate_IsEnlargedAndFilledUp()
    {
        var task = Film(seed: 1) with { FrameCount = 9 };

        var clip = await RenderAsync(task);

        using var made = worker.Open(task, start: null);
        var expected = made.Frames(default).Last().ToArray();
        Assert.Equal((9, task.Size), (clip.FrameCount, clip.Size));
        Assert.Equal(expected, await ReadAsync(clip.LastFrameKey, task.Size));
        Assert.Equal(made.Takes[0].Score, clip.Score);
        Assert.Equal(0, clip.TakeIndex);
    }

    [Theory]
    [InlineData(9, 0)]
    [InlineData(10, 1)]
    public async Task Shot_Rendered_LeavesItsTail(int frameCount, int framesPast)
    {
        var task = Film(seed: 2) with { FrameCount = frameCount };

        var clip = await RenderAsync(task);

        using var made = worker.Open(task, start: null);
        Assert.Equal(
            made.Tail!.Frames.Pixels, await ReadAsync(clip.TailKey!, new FrameSize(5 * 64, 64)));
        Assert.Equal(framesPast, clip.FramesPastTail);
        Assert.Equal(
            ObjectKeys.Tail("test", task.RenderKey, clip.AttemptId), clip.TailKey);
        Assert.Equal(clip, await worker.AcceptedAsync(task));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    public async Task Shot_ThatContinues_GoesOnFromTheTail(int frameCount)
    {
        var upstream = Film(seed: 3) with { FrameCount = frameCount };
        await RenderAsync(upstream);
        var task = Film(seed: 4) with
        {
            FrameCount = 6, Start = new Conditioning { LastFrameOf = upstream.RenderKey },
        };

        var clip = await RenderAsync(task);

        using var before = worker.Open(upstream, start: null);
        var tail = before.Tail;
        before.Dispose();
        Assert.Equal(
            worker.Generate(task, start: null, tail)[^1],
            await ReadAsync(clip.LastFrameKey, task.Size));
    }

    [Fact]
    public async Task Shot_ThatContinuesWithoutRoomForTheTail_StartsFromTheLastFrame()
    {
        var upstream = Film(seed: 5) with { FrameCount = 9, Upscale = 1, Size = ModelSize };
        await RenderAsync(upstream);
        var task = upstream with
        {
            RenderKey = worker.Shot().RenderKey,
            FrameCount = 57,
            StepCount = 1,
            Start = new Conditioning { LastFrameOf = upstream.RenderKey },
        };

        var clip = await RenderAsync(task);

        var last = new RgbImage(64, 64, worker.Generate(upstream, start: null)[^1]);
        Assert.Equal(
            worker.Generate(task, last)[^1], await ReadAsync(clip.LastFrameKey, task.Size));
    }

    [Fact]
    public async Task Shot_ThatContinuesAClipOfAnotherModelSize_StartsFromTheLastFrame()
    {
        // The same film size, reached from frames of another size.
        var upstream = Film(seed: 6) with { FrameCount = 9 };
        await RenderAsync(upstream);
        var task = upstream with
        {
            RenderKey = worker.Shot().RenderKey,
            FrameCount = 5,
            Upscale = 1,
            Start = new Conditioning { LastFrameOf = upstream.RenderKey },
        };

        var clip = await RenderAsync(task);

        var last = new RgbImage(256, 256, worker.Generate(upstream, start: null)[^1]);
        Assert.Equal(
            worker.Generate(task, last)[^1], await ReadAsync(clip.LastFrameKey, task.Size));
    }

    [Fact]
    public async Task Shot_OfSeveralTakes_KeepsTheBestAndCountsAllSteps()
    {
        var task = Film(seed: 7) with { TakeCount = 3, StepCount = 3 };
        var jobId = await worker.IssueAsync(task);

        var clip = (await worker.Broker.NextReportAsync<AttemptCommitted>()).Clip;

        using var made = worker.Open(task, start: null);
        var best = made.Takes.Max(take => take.Score);
        Assert.Equal((made.TakeIndex, best), (clip.TakeIndex, clip.Score));
        Assert.All(
            worker.Broker.Renewals.Where(renewal => renewal.JobId == jobId),
            renewal => Assert.Equal(9, renewal.StepCount));
    }

    [Fact]
    public async Task Shot_WithAnImageOfTheFilmsSize_ReadsItAtTheModels()
    {
        using var folder = new ScratchFolder();
        var film = new FrameSize(256, 256);
        var pixels = new byte[film.Width * film.Height * 3];
        Array.Fill(pixels, (byte)120);
        await new ImageWriter(TimeProvider.System)
            .WriteRgbAsync(pixels, film, folder["image.png"], default);
        var bytes = await File.ReadAllBytesAsync(folder["image.png"]);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        await worker.Store.PutIfAbsentAsync(
            ObjectKeys.Input("test", sha256), bytes, "image/png", default);
        var task = Film(seed: 8) with { Start = new Conditioning { ImageSha256 = sha256 } };

        var clip = await RenderAsync(task);

        var small = new byte[64 * 64 * 3];
        Array.Fill(small, (byte)120);
        Assert.Equal(
            worker.Generate(task, new RgbImage(64, 64, small))[^1],
            await ReadAsync(clip.LastFrameKey, task.Size));
    }

    [Fact]
    public async Task Shot_ThatLoops_IsRendered()
    {
        var task = Film(seed: 9) with { Loop = true, FrameCount = 8 };

        var clip = await RenderAsync(task);

        Assert.Equal(
            worker.Generate(task, start: null)[^1],
            await ReadAsync(clip.LastFrameKey, task.Size));
    }

    [Fact]
    public async Task Shot_OfAFactorThatTheModelLacks_IsBadInput()
    {
        await worker.IssueAsync(Film(seed: 10) with { Upscale = 3, TakeCount = 99 });

        var report = await worker.Broker.NextReportAsync<AttemptFailed>();

        Assert.Equal(RenderError.BadInput, report.Error);
        Assert.Contains("Upscale: expected 1 or 4, found 3", report.Message, default);
        Assert.Contains("TakeCount: expected 1 to 16, found 99", report.Message, default);
    }

    private ShotTask Film(long seed) => worker.Shot(seed) with
    {
        Size = new FrameSize(256, 256),
        FrameRate = new FrameRate(16, 1),
        FrameCount = 5,
        Upscale = 4,
        Interpolation = 2,
    };

    private async Task<Clip> RenderAsync(ShotTask task)
    {
        await worker.IssueAsync(task);
        return (await worker.Broker.NextReportAsync<AttemptCommitted>()).Clip;
    }

    private async Task<byte[]> ReadAsync(string key, FrameSize size)
    {
        using var folder = new ScratchFolder();
        await worker.Store.GetFileAsync(key, folder["image.png"], default);
        var bytes = await File.ReadAllBytesAsync(folder["image.png"]);
        Assert.Equal(size, ImageReader.SizeOfPng(bytes));
        return await new ImageReader(TimeProvider.System).ReadRgbAsync(bytes, size, default);
    }
}
