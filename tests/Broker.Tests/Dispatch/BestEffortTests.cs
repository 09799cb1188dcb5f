using System.Text.Json;
using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>Films that go on without a shot.</summary>
public sealed class BestEffortTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Film_ShotFailsForGood_HasCardsForItAndForWhatContinuesIt()
    {
        await using var broker = await OpenAsync(new MemoryJobStore());

        await AssertGoesOnAsync(broker);
    }

    [Fact]
    public async Task Film_ShotFailsForGoodOnRedis_HasCardsForItAndForWhatContinuesIt()
    {
        using var store = await RedisFixture.ConnectAsync(await redis.FreshUrlAsync());
        await using var broker = await OpenAsync(store);

        await AssertGoesOnAsync(broker);
    }

    [Fact]
    public async Task Film_OneShotCanceled_GoesOnAndItsWorkerStops()
    {
        await using var broker = await OpenAsync(new MemoryJobStore());
        var ticket = broker.Tickets().First(t => t.ShotIndex == 3);
        await broker.ClaimAsync(ticket, "attempt-1");

        var answer = await broker.Intake.CancelAsync(
            new CancelJob { JobId = "job-1", ShotId = "shot-4" }, default);

        var shot = answer.Snapshot!.Shots[3];
        Assert.Equal((JobStatus.Rendering, 3), (answer.Snapshot.Status, answer.Snapshot.LeftCount));
        Assert.Equal((ShotStatus.Canceled, "its owner stopped it"), (shot.Status, shot.Reason));
        Assert.Equal(LeaseDirective.Cancel, await broker.RenewAsync(ticket, "attempt-1"));
    }

    [Fact]
    public async Task Film_LastShotCanceled_IsJoined()
    {
        await using var broker = await OpenAsync(new MemoryJobStore());
        await broker.CommitAsync("job-1", 3, "attempt-4");

        await broker.Intake.CancelAsync(
            new CancelJob { JobId = "job-1", ShotId = "shot-1" }, default);

        Assert.Equal(JobStatus.Stitching, (await broker.JobAsync("job-1")).Status);
    }

    [Fact]
    public async Task Film_EveryShotCanceled_Fails()
    {
        await using var broker = await OpenAsync(new MemoryJobStore());
        await broker.Intake.CancelAsync(
            new CancelJob { JobId = "job-1", ShotId = "shot-1" }, default);

        var answer = await broker.Intake.CancelAsync(
            new CancelJob { JobId = "job-1", ShotId = "shot-4" }, default);

        Assert.Equal(JobStatus.Failed, answer.Snapshot!.Status);
        Assert.True((await broker.JobAsync("job-1")).Closed);
    }

    [Fact]
    public async Task Film_ThatNeedsEveryShot_RefusesToLoseOne()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 2));

        var answer = await broker.Intake.CancelAsync(
            new CancelJob { JobId = "job-1", ShotId = "shot-1" }, default);

        Assert.Equal("shot-needed", answer.Rejected!.Faults[0].Code);
        Assert.Equal(ShotStatus.Ready, (await broker.ShotAsync("job-1", 0)).Status);
    }

    [Fact]
    public async Task Reel_ThatKnowsNothingOfTheCards_IsNotTaken()
    {
        await using var broker = await OpenAsync(new MemoryJobStore());
        await LoseAsync(broker);
        await broker.CommitAsync("job-1", 3, "attempt-4");

        await broker.Finisher.CompleteAsync(Reels.Of("job-1", ["attempt-4"]), default);

        Assert.Equal(JobStatus.Failed, (await broker.JobAsync("job-1")).Status);
    }

    private static async Task AssertGoesOnAsync(TestBroker broker)
    {
        await LoseAsync(broker);
        var left = (await broker.JobAsync("job-1")).LeftCount;
        await broker.CommitAsync("job-1", 3, "attempt-4");
        await broker.RelayAsync();
        var cut = JsonSerializer.Deserialize<CutList>(
            await broker.Objects.TryGetAsync(
                ObjectKeys.CutList(Films.Tenant, "job-1", 1), int.MaxValue, default),
            FarmJson.Options)!;
        await broker.Finisher.CompleteAsync(
            Reels.Of("job-1", ["attempt-4"]) with
            {
                MissingShotIds = ["shot-1", "shot-2", "shot-3"],
            },
            default);
        await broker.RelayAsync();

        Assert.Equal(1, left);
        Assert.Equal([17, 17, 17, null], cut.Entries.Select(e => e.CardFrameCount));
        Assert.Equal([null, null, null, "attempt-4"], cut.Entries.Select(e => e.Clip?.AttemptId));
        var job = await broker.JobAsync("job-1");
        Assert.Equal((JobStatus.Completed, 3), (job.Status, job.MissingCount));
        var report = JsonSerializer.Deserialize<JobReport>(
            await broker.Objects.TryGetAsync(
                ObjectKeys.Report(Films.Tenant, "job-1", 1), int.MaxValue, default),
            FarmJson.Options)!;
        Assert.Equal("shot-4", Assert.Single(report.Shots).ShotId);
        Assert.Equal(["shot-1", "shot-2", "shot-3"], report.MissingShots.Select(s => s.ShotId));
        Assert.Contains("why", report.MissingShots[0].Reason, StringComparison.Ordinal);
        Assert.Equal(
            [
                "JobAccepted", "ShotFailed", "ShotMissed", "ShotMissed", "ShotMissed",
                "ShotRendered", "JobCompleted",
            ],
            broker.Bus.EventTypes("job-1"));
    }

    /// <summary>Shot 1 can never be rendered; 2 continues it, and 3 continues 2.</summary>
    private static async Task LoseAsync(TestBroker broker)
    {
        var ticket = broker.Tickets().First(t => t.ShotIndex == 0);
        await broker.ClaimAsync(ticket, "attempt-1");
        await broker.FailAsync(ticket, "attempt-1", RenderError.BadInput);
    }

    private static async Task<TestBroker> OpenAsync(IJobStore store)
    {
        var broker = new TestBroker(store);
        await broker.AnnounceAsync("worker-1");
        await broker.OpenAsync(
            Films.Spec("job-1", [], [0], [1], []) with { OnFailedShot = FailedShotRule.Card });
        await broker.PumpAsync();
        return broker;
    }
}
