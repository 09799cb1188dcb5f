using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>Budgets warn, finish, then stop. A clip of these tests takes three seconds.</summary>
public sealed class BudgetTests
{
    [Fact]
    public async Task Job_BudgetNearlyUsed_IsWarnedOnce()
    {
        await using var broker = await OpenAsync(TimeSpan.FromSeconds(7));

        await broker.CommitAsync("job-1", 0, "a");
        Assert.DoesNotContain(nameof(BudgetWarned), await EventsAsync(broker));
        await RenderAsync(broker, 1);
        await broker.CommitAsync("job-1", 1, "b");

        Assert.Single(await EventsAsync(broker), nameof(BudgetWarned).Equals);
        var snapshot = await broker.Intake.GetAsync(new GetJob { JobId = "job-1" }, default);
        Assert.Equal(TimeSpan.FromSeconds(7), snapshot!.Budget);
    }

    [Fact]
    public async Task Job_BudgetUsed_FinishesWhatIsOnWorkersAndEndsWithTheReason()
    {
        await using var broker = await OpenAsync(TimeSpan.FromSeconds(3));
        await RenderAsync(broker, 0);
        await RenderAsync(broker, 1);
        var late = broker.Tickets().First(t => t.ShotIndex == 2);
        await broker.CommitAsync("job-1", 0, "attempt-0");

        // Nothing more begins, not even what has a ticket; what is on a worker goes on.
        var refused = await broker.ClaimAsync(late, "attempt-2");
        Assert.Equal("the job's budget is used", refused.Refused!.Reason);
        await broker.Sweep("jobs").SweepAsync(default);
        Assert.Equal(JobStatus.Rendering, (await broker.JobAsync("job-1")).Status);
        Assert.Equal(
            LeaseDirective.Continue,
            await broker.RenewAsync(
                broker.Tickets().First(t => t.ShotIndex == 1), "attempt-1"));

        await broker.CommitAsync("job-1", 1, "attempt-1");
        await broker.Sweep("jobs").SweepAsync(default);
        await broker.PumpAsync();

        var job = await broker.JobAsync("job-1");
        Assert.Equal((JobStatus.Failed, true), (job.Status, job.Closed));
        Assert.StartsWith(
            "its budget of 00:00:03 of GPU time is used (00:00:06), and 2 of 4 shots",
            job.Reason,
            StringComparison.Ordinal);
        Assert.Equal(ShotStatus.Rendered, (await broker.ShotAsync("job-1", 1)).Status);
    }

    [Fact]
    public async Task Job_LastShotUsesTheBudget_IsJoined()
    {
        await using var broker = await OpenAsync(TimeSpan.FromSeconds(12));
        for (var shot = 0; shot < 4; shot++)
        {
            await RenderAsync(broker, shot);
            await broker.CommitAsync("job-1", shot, $"attempt-{shot}");
        }

        Assert.Equal(JobStatus.Stitching, (await broker.JobAsync("job-1")).Status);
    }

    [Fact]
    public void Open_StatesWereLost_CountsTheJobsOwnClips()
    {
        var spec = Films.Flat("job-1", 3) with { Budget = TimeSpan.FromSeconds(5) };
        var before = Guid.CreateVersion7(spec.AcceptedAt - TimeSpan.FromHours(1)).ToString();
        var since = Guid.CreateVersion7(spec.AcceptedAt + TimeSpan.FromHours(1)).ToString();
        var clips = new[]
        {
            Films.Clip(Films.RenderKey("job-1", 0), before),
            Films.Clip(Films.RenderKey("job-1", 1), since),
        };

        var opening = JobOpening.Open(
            spec, clips.ToDictionary(clip => clip.RenderKey), [], Films.Noon);

        Assert.Equal(TimeSpan.FromSeconds(3), opening.Job.GpuTime);
    }

    private static async Task<TestBroker> OpenAsync(TimeSpan budget)
    {
        var broker = new TestBroker();
        for (var worker = 0; worker < 4; worker++)
        {
            await broker.AnnounceAsync($"worker-{worker}");
        }

        await broker.OpenAsync(Films.Flat("job-1", 4) with { Budget = budget });
        await broker.PumpAsync();
        await RenderAsync(broker, 0);
        return broker;
    }

    private static Task<ClaimReply> RenderAsync(TestBroker broker, int shotIndex) =>
        broker.ClaimAsync(
            broker.Tickets().First(t => t.ShotIndex == shotIndex), $"attempt-{shotIndex}");

    private static async Task<IReadOnlyList<string>> EventsAsync(TestBroker broker)
    {
        await broker.RelayAsync();
        return [.. broker.Bus.EventTypes("job-1")];
    }
}
