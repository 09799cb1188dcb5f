using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>Jobs and shots that rest: at the door, at the desk and in the dispatcher.</summary>
public sealed class PauseTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Pause_LeasedShot_IsAskedBackAndShowsWhenTheWorkerLetGo()
    {
        await using var broker = await OpenAsync(1);
        var ticket = broker.Tickets()[0];
        await broker.ClaimAsync(ticket, "attempt-1");

        var paused = await PauseAsync(broker);
        var directive = await broker.RenewAsync(ticket, "attempt-1");
        await HandBackAsync(broker, ticket, "attempt-1");
        var after = await broker.Intake.GetAsync(new GetJob { JobId = "job-1" }, default);

        Assert.Equal(
            (JobStatus.Paused, ShotStatus.Leased), (paused.Status, paused.Shots[0].Status));
        Assert.Equal(LeaseDirective.HandBack, directive);
        Assert.Equal(ShotStatus.Ready, after!.Shots[0].Status);
    }

    [Fact]
    public async Task Pause_ClipThatIsAsGoodAsDone_IsNotGivenUp()
    {
        await using var broker = await OpenAsync(1);
        var ticket = broker.Tickets()[0];
        await broker.ClaimAsync(ticket, "attempt-1");
        await PauseAsync(broker);

        var renewed = await broker.Desk.RenewAsync(
            new RenewLease
            {
                JobId = "job-1",
                ShotIndex = 0,
                AttemptId = "attempt-1",
                Stage = AttemptStage.Encoding,
                StepNumber = 4,
                StepCount = 4,
            },
            default);

        Assert.Equal(LeaseDirective.Continue, renewed.Directive);
    }

    [Fact]
    public async Task Pause_WhileTheLastClipCommits_TakesItAndJoinsAfterwards()
    {
        await using var broker = await OpenAsync(1);
        await broker.ClaimAsync(broker.Tickets()[0], "attempt-1");
        await PauseAsync(broker);

        await broker.CommitAsync("job-1", 0, "attempt-1");
        var paused = await broker.JobAsync("job-1");
        await broker.Sweep("jobs").SweepAsync(default);
        var swept = await broker.JobAsync("job-1");
        await ResumeAsync(broker);

        Assert.Equal((JobStatus.Paused, 0), (paused.Status, paused.LeftCount));
        Assert.Equal(JobStatus.Paused, swept.Status);
        Assert.Equal(JobStatus.Stitching, (await broker.JobAsync("job-1")).Status);
    }

    [Fact]
    public async Task Pause_TicketThatIsOut_IsRefusedAndIssuedAnewAfterwards()
    {
        await using var broker = await OpenAsync(1);
        await PauseAsync(broker);

        var reply = await broker.ClaimAsync(broker.Tickets()[0], "attempt-1");
        await broker.PumpAsync();
        var whilePaused = broker.Tickets().Count;
        await ResumeAsync(broker);
        await broker.PumpAsync();

        Assert.Contains("paused", reply.Refused!.Reason, StringComparison.Ordinal);
        Assert.Equal((1, 2), (whilePaused, broker.Tickets().Count));
        Assert.NotNull((await broker.ClaimAsync(broker.Tickets()[1], "attempt-2")).Claimed);
    }

    [Fact]
    public async Task Pause_AndResume_AreToldOnceEach()
    {
        await using var broker = await OpenAsync(1);

        await PauseAsync(broker);
        await PauseAsync(broker);
        await ResumeAsync(broker);
        await ResumeAsync(broker);
        await broker.RelayAsync();

        Assert.Equal(
            ["JobAccepted", "JobPaused", "JobResumed"], broker.Bus.EventTypes("job-1"));
    }

    [Fact]
    public async Task Pause_OneShot_LeavesTheOthersAlone()
    {
        await using var broker = await OpenAsync(3);
        var ticket = broker.Tickets().First(t => t.ShotIndex == 0);
        await broker.ClaimAsync(ticket, "attempt-1");

        var answer = await broker.Intake.PauseAsync(
            new PauseJob { JobId = "job-1", ShotId = "shot-1" }, default);
        var directive = await broker.RenewAsync(ticket, "attempt-1");
        await HandBackAsync(broker, ticket, "attempt-1");
        await broker.PumpAsync();
        var held = await broker.ShotAsync("job-1", 0);
        await broker.Intake.ResumeAsync(
            new ResumeJob { JobId = "job-1", ShotId = "shot-1" }, default);

        Assert.Equal(JobStatus.Rendering, answer.Snapshot!.Status);
        Assert.Equal(LeaseDirective.HandBack, directive);
        Assert.Equal(ShotStatus.Held, held.Status);
        Assert.Null(held.DispatchId);
        Assert.Equal(ShotStatus.Ready, (await broker.ShotAsync("job-1", 0)).Status);
    }

    [Theory]
    [InlineData("nobody", null, null)]
    [InlineData("job-1", "nobody", "shot-unknown")]
    [InlineData("job-1", null, "job-status")]
    [InlineData("job-1", "shot-1", "shot-status")]
    public async Task Pause_WhatCannotBePaused_SaysWhy(string jobId, string? shotId, string? code)
    {
        await using var broker = await OpenAsync(1);
        await broker.CommitAsync("job-1", 0, "attempt-1");

        var answer = await broker.Intake.PauseAsync(
            new PauseJob { JobId = jobId, ShotId = shotId }, default);

        Assert.Null(answer.Snapshot);
        Assert.Equal(code, answer.Rejected?.Faults[0].Code);
    }

    [Fact]
    public async Task Cancel_PausedJob_EndsIt()
    {
        await using var broker = await OpenAsync(2);
        await PauseAsync(broker);

        var answer = await broker.Intake.CancelAsync(new CancelJob { JobId = "job-1" }, default);

        Assert.Equal(JobStatus.Canceled, answer.Snapshot!.Status);
        Assert.True((await broker.JobAsync("job-1")).Closed);
    }

    [Fact]
    public async Task Pause_BrokerRestartsOnRedis_IsKept()
    {
        var url = await redis.FreshUrlAsync();
        using (var store = await RedisFixture.ConnectAsync(url))
        {
            await using var broker = await OpenAsync(2, store);
            await broker.Intake.PauseAsync(
                new PauseJob { JobId = "job-1", ShotId = "shot-2" }, default);
            await PauseAsync(broker);
        }

        using var again = await RedisFixture.ConnectAsync(url);
        await using var next = new TestBroker(again);
        await next.PumpAsync();

        Assert.Equal(JobStatus.Paused, (await next.JobAsync("job-1")).Status);
        Assert.Equal(ShotStatus.Held, (await next.ShotAsync("job-1", 1)).Status);
        var line = new DispatchLine(JobPriority.Normal, Films.Tenant);
        Assert.Equal(
            0, await again.CountIndexAsync(IndexKeys.Jobs(Films.Queue, line), 0, default));
    }

    private static async Task<TestBroker> OpenAsync(int shotCount, IJobStore? store = null)
    {
        var broker = new TestBroker(store);
        await broker.OpenAsync(Films.Flat("job-1", shotCount));
        await broker.PumpAsync();
        return broker;
    }

    private static async Task<JobSnapshot> PauseAsync(TestBroker broker) =>
        (await broker.Intake.PauseAsync(new PauseJob { JobId = "job-1" }, default)).Snapshot!;

    private static Task ResumeAsync(TestBroker broker) =>
        broker.Intake.ResumeAsync(new ResumeJob { JobId = "job-1" }, default);

    private static Task HandBackAsync(TestBroker broker, RenderShot ticket, string attemptId) =>
        broker.Desk.HandedBackAsync(
            new AttemptHandedBack
            {
                JobId = ticket.JobId,
                ShotIndex = ticket.ShotIndex,
                AttemptId = attemptId,
                WorkerId = "worker-1",
            },
            default);
}
