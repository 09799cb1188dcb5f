using System.Security.Cryptography;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>One worker for all tests: what one leaves behind, the next one meets.</summary>
public sealed class WorkerFaultTests(RunningWorker worker) : IClassFixture<RunningWorker>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Image_ChangedOrNoPicture_IsBadInput(bool changed)
    {
        var bytes = "this is no picture"u8.ToArray();
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(changed ? [1, 2, 3] : bytes));
        await worker.Store.PutIfAbsentAsync(
            ObjectKeys.Input("test", sha256), bytes, "image/png", default);
        await worker.IssueAsync(worker.Shot() with
        {
            Start = new Conditioning { ImageSha256 = sha256 },
        });

        var report = await worker.Broker.NextReportAsync<AttemptFailed>();

        Assert.Equal(RenderError.BadInput, report.Error);
        Assert.Equal("worker-1", report.WorkerId);
    }

    [Fact]
    public async Task Image_Missing_IsBadInput()
    {
        await worker.IssueAsync(worker.Shot() with
        {
            End = new Conditioning { LastFrameOf = "never-rendered" },
        });

        var report = await worker.Broker.NextReportAsync<AttemptFailed>();

        Assert.Equal(RenderError.BadInput, report.Error);
        Assert.Contains("never-rendered", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shot_OfAnotherModel_IsBadModel()
    {
        await worker.IssueAsync(worker.Shot() with { ModelDigest = new string('0', 64) });

        var report = await worker.Broker.NextReportAsync<AttemptFailed>();

        Assert.Equal(RenderError.BadModel, report.Error);
    }

    [Fact]
    public async Task Shot_ThatTheModelCannotDo_IsBadInput()
    {
        await worker.IssueAsync(worker.Shot() with { FrameCount = 1000 });

        var report = await worker.Broker.NextReportAsync<AttemptFailed>();

        Assert.Equal(RenderError.BadInput, report.Error);
    }

    [Fact]
    public async Task Store_AwayForAMoment_IsWaitedFor()
    {
        var failures = 2;
        worker.Store.Before = (call, _) =>
            call == nameof(IObjectStore.PutFileAsync) && Interlocked.Decrement(ref failures) >= 0
                ? throw new StoreException("the store is busy", canRetry: true)
                : Task.CompletedTask;

        await worker.IssueAsync(worker.Shot());
        var report = await worker.Broker.NextReportAsync();
        worker.Store.Before = (_, _) => Task.CompletedTask;

        Assert.IsType<AttemptCommitted>(report);
        Assert.True(failures < 0);
    }

    [Fact]
    public async Task Store_AwayForLong_IsStoreTrouble()
    {
        var task = worker.Shot();
        worker.Store.Before = (call, _) =>
            call == nameof(IObjectStore.PutFileAsync)
                ? throw new StoreException("the store is away", canRetry: true)
                : Task.CompletedTask;

        await worker.IssueAsync(task);
        var report = await worker.Broker.NextReportAsync();
        worker.Store.Before = (_, _) => Task.CompletedTask;

        Assert.Equal(RenderError.StoreTrouble, Assert.IsType<AttemptFailed>(report).Error);
        Assert.Null(await worker.AcceptedAsync(task));
        Assert.Empty(Directory.EnumerateFileSystemEntries(worker.ScratchPath));
    }
}
