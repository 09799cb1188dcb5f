using System.Diagnostics;
using System.Text.Json;
using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.Dispatch;
using RenderFarm.Broker.Tests.Jobs;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Broker.Tests.Intake;

public sealed class JobIntakeTests
{
    internal static readonly SubmitJob OneShot =
        new() { JobId = "job-1", Prompt = "a red ball rolls over a blue table" };

    [Fact]
    public async Task Submit_SoundJob_IsWrittenDownBeforeItIsAccepted()
    {
        await using var broker = await WithModelAsync();

        var answer = await broker.Intake.SubmitAsync(OneShot, default);

        Assert.Equal(("job-1", 1), (answer.Accepted!.JobId, answer.Accepted.ShotCount));
        var spec = await broker.Get<SpecFiles>().FindAsync(Films.Tenant, "job-1", default);
        Assert.NotNull(spec);
        Assert.Equal(JobStatus.Rendering, (await broker.JobAsync("job-1")).Status);
    }

    [Fact]
    public async Task Submit_SameJobTwice_IsAcceptedTwiceAndBegunOnce()
    {
        await using var broker = await WithModelAsync();

        var first = await broker.Intake.SubmitAsync(OneShot, default);
        broker.Time.Advance(TimeSpan.FromMinutes(1));
        var second = await broker.Intake.SubmitAsync(OneShot, default);
        await broker.RelayAsync();

        Assert.Equal(first.Accepted!.ShotCount, second.Accepted!.ShotCount);
        Assert.Equal([nameof(JobAccepted)], broker.Bus.EventTypes("job-1"));
    }

    [Fact]
    public async Task Submit_AnotherJobUnderTheName_IsRejected()
    {
        await using var broker = await WithModelAsync();
        await broker.Intake.SubmitAsync(OneShot, default);

        var answer = await broker.Intake.SubmitAsync(
            OneShot with { Prompt = "a green ball" }, default);

        Assert.Equal("job-id-taken", Assert.Single(answer.Rejected!.Faults).Code);
    }

    [Fact]
    public async Task Submit_BrokerDiesAfterTheSpec_IsBegunByTheNextTry()
    {
        var store = new FakeForgetfulStore(new MemoryJobStore());
        await using var broker = await WithModelAsync(store);
        store.Loses = () => throw new IOException("the Broker dies here");
        await Assert.ThrowsAsync<IOException>(
            () => broker.Intake.SubmitAsync(OneShot, default));
        store.Loses = () => false;

        var answer = await broker.Intake.SubmitAsync(OneShot, default);

        Assert.NotNull(answer.Accepted);
        Assert.Equal(1, (await broker.JobAsync("job-1")).LeftCount);
    }

    [Fact]
    public async Task Submit_TwoBrokersAtOnce_BeginTheJobOnce()
    {
        await using var broker = await WithModelAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => Task.Run(() => broker.Intake.SubmitAsync(OneShot, default))));
        await broker.RelayAsync();

        Assert.All(answers, a => Assert.NotNull(a.Accepted));
        Assert.Equal([nameof(JobAccepted)], broker.Bus.EventTypes("job-1"));
    }

    [Fact]
    public async Task Cancel_RunningJob_IsWrittenDownAndFinal()
    {
        await using var broker = await WithModelAsync();
        await broker.OpenAsync(Films.Flat("job-1", 100));
        await broker.PumpAsync();
        await broker.ClaimAsync(broker.Tickets()[0], "attempt-1");

        var (snapshot, _) = await broker.Intake.CancelAsync(
            new CancelJob { JobId = "job-1" }, default);
        await broker.Intake.CancelAsync(new CancelJob { JobId = "job-1" }, default);
        await broker.CommitAsync("job-1", 0, "attempt-1");
        await broker.RelayAsync();

        Assert.Equal(JobStatus.Canceled, snapshot!.Status);
        Assert.All(snapshot.Shots, s => Assert.Equal(ShotStatus.Canceled, s.Status));
        Assert.NotNull(await broker.Objects.TryHeadAsync(
            ObjectKeys.JobCancel(Films.Tenant, "job-1"), default));
        Assert.Equal(ShotStatus.Canceled, (await broker.ShotAsync("job-1", 0)).Status);
        Assert.Equal(
            [nameof(JobAccepted), nameof(JobCanceled)], broker.Bus.EventTypes("job-1"));
        Assert.Equal(0, await broker.Store.CountIndexAsync(
            IndexKeys.Leased, double.NegativeInfinity, default));
    }

    [Fact]
    public async Task Cancel_CompletedJob_LeavesItCompleted()
    {
        await using var broker = await CompletedAsync();

        var (snapshot, _) = await broker.Intake.CancelAsync(
            new CancelJob { JobId = "job-1" }, default);

        Assert.Equal(JobStatus.Completed, snapshot!.Status);
        Assert.Null(await broker.Objects.TryHeadAsync(
            ObjectKeys.JobCancel(Films.Tenant, "job-1"), default));
    }

    [Fact]
    public async Task Stitch_JobWhoseCancelTheStoreForgot_IsCanceled()
    {
        await using var broker = await WithModelAsync();
        await broker.OpenAsync(Films.Flat("job-1", 1));
        await broker.Objects.PutIfAbsentAsync(
            ObjectKeys.JobCancel(Films.Tenant, "job-1"),
            "{}"u8.ToArray(),
            "application/json",
            default);

        await broker.CommitAsync("job-1", 0, "attempt-1");

        Assert.Equal(JobStatus.Canceled, (await broker.JobAsync("job-1")).Status);
        Assert.Empty(broker.Bus.StitchOrders);
    }

    [Fact]
    public async Task Complete_Reel_WritesAReportAndTellsWhereTheFilmIs()
    {
        await using var broker = await CompletedAsync();

        var report = JsonSerializer.Deserialize<JobReport>(
            (await broker.Objects.TryGetAsync(
                ObjectKeys.Report(Films.Tenant, "job-1", 1), 1 << 20, default))!,
            FarmJson.Options)!;
        var completed = JsonSerializer.Deserialize<JobCompleted>(
            broker.Bus.Events.Last().Body, FarmJson.Options)!;

        Assert.Equal(["attempt-0", "attempt-1"], report.Shots.Select(s => s.ClipKey[^13..^4]));
        Assert.Equal([true, false], report.Shots.Select(s => s.Cached));
        Assert.Equal((1, 1), (completed.RenderedShotCount, completed.CachedShotCount));
        Assert.StartsWith("https://", completed.Files.Reel.Url, StringComparison.Ordinal);
        Assert.True(completed.Files.Report.ByteCount > 0);
    }

    [Fact]
    public async Task Complete_ShotsOfSeveralTakes_EverybodyHearsWhichWereKept()
    {
        await using var broker = await CompletedAsync();

        var events = broker.Bus.Events
            .Where(e => e.Address.EndsWith(nameof(ShotRendered), StringComparison.Ordinal))
            .Select(e => JsonSerializer.Deserialize<ShotRendered>(e.Body, FarmJson.Options)!);
        var snapshot = await broker.Intake.GetAsync(new GetJob { JobId = "job-1" }, default);
        var report = JsonSerializer.Deserialize<JobReport>(
            (await broker.Objects.TryGetAsync(
                ObjectKeys.Report(Films.Tenant, "job-1", 1), 1 << 20, default))!,
            FarmJson.Options)!;

        Assert.Equal([(2, 0.75), (2, 0.75)], events.Select(e => (e.TakeIndex, e.Score!.Value)));
        Assert.All(
            snapshot!.Shots,
            shot => Assert.Equal((4, 2, 0.75), (shot.TakeCount, shot.TakeIndex, shot.Score)));
        Assert.All(
            report.Shots,
            shot => Assert.Equal((4, 2, 0.75), (shot.TakeCount, shot.TakeIndex, shot.Score)));
    }

    [Fact]
    public async Task Complete_ReelOfOtherClips_FailsTheJob()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 1));
        await broker.CommitAsync("job-1", 0, "attempt-0");

        await broker.Finisher.CompleteAsync(Reels.Of("job-1", "another"), default);

        Assert.Equal(JobStatus.Failed, (await broker.JobAsync("job-1")).Status);
    }

    [Fact]
    public async Task Open_ThousandShotsOverAFolder_TakesLessThanTwoSeconds()
    {
        using var desk = await Desk.OpenAsync();
        var spec = Films.Flat("job-1", 1000);
        for (var shot = 0; shot < 1000; shot += 2)
        {
            var renderKey = Films.RenderKey("job-1", shot);
            await desk.Store.PutIfAbsentAsync(
                ObjectKeys.AcceptedClip(Films.Tenant, renderKey),
                JsonSerializer.SerializeToUtf8Bytes(
                    Films.Clip(renderKey, "attempt-0"), FarmJson.Options),
                "application/json",
                default);
        }

        await using var broker = new TestBroker(null, desk.Store);
        var watch = Stopwatch.StartNew();
        var job = await broker.Get<JobOpener>().OpenAsync(spec, [], default);
        watch.Stop();

        Assert.Equal(500, job.LeftCount);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"it took {watch.Elapsed}");
    }

    private static async Task<TestBroker> CompletedAsync()
    {
        var broker = new TestBroker();
        await broker.AcceptClipAsync("job-1", 0, "attempt-0");
        await broker.OpenAsync(Films.Flat("job-1", 2));
        await broker.PumpAsync();
        await broker.ClaimAsync(broker.Tickets()[0], "attempt-1");
        await broker.CommitAsync("job-1", 1, "attempt-1");
        await broker.Finisher.CompleteAsync(Reels.Of("job-1", "attempt-0", "attempt-1"), default);
        await broker.RelayAsync();
        return broker;
    }

    internal static async Task<TestBroker> WithModelAsync(
        IJobStore? store = null, params (string Key, string Value)[] settings)
    {
        var broker = new TestBroker(store, settings);
        await broker.Objects.PutIfAbsentAsync(
            ObjectKeys.ModelManifest(Desk.Flipbook.Name),
            JsonSerializer.SerializeToUtf8Bytes(Desk.Flipbook, FarmJson.Options),
            "application/json",
            default);
        return broker;
    }
}
