using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.Tests.Intake;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Jobs;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>
/// What jobs are told to expect. A clip of these tests takes three seconds of GPU time.
/// </summary>
public sealed class JobOutlookTests
{
    [Fact]
    public async Task Get_NoWorkerThere_SaysNothing()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 4));

        Assert.Null((await GetAsync(broker, "job-1")).Outlook);
    }

    [Fact]
    public async Task Get_FarmHasHistory_SaysPlaceTimeAndCost()
    {
        await using var broker = await WithHistoryAsync();
        await broker.OpenAsync(Films.Flat("first", 4));
        await broker.OpenAsync(Films.Flat("second", 8));

        var (first, second) = (await GetAsync(broker, "first"), await GetAsync(broker, "second"));

        // By buckets that are a tenth wide: three seconds a shot, two workers.
        Assert.Equal(1, first.Outlook!.QueuePosition);
        Assert.Equal(5, second.Outlook!.QueuePosition);
        Assert.InRange(first.Outlook.EtaP50.TotalSeconds, 6, 11);
        Assert.InRange(second.Outlook.EtaP50.TotalSeconds, 17, 23);
        Assert.True(second.Outlook.EtaP90 >= second.Outlook.EtaP50);
        Assert.InRange(second.Outlook.EstimatedGpuTime.TotalSeconds, 22, 27);
        Assert.InRange(second.Shots[0].EstimatedGpuTime!.Value.TotalSeconds, 2.7, 3.3);
    }

    [Fact]
    public async Task Get_BetterClassComes_StandsBehindIt()
    {
        await using var broker = await WithHistoryAsync();
        await broker.OpenAsync(Films.Flat("normal", 4));
        await broker.OpenAsync(Films.Flat("now", 6) with { Priority = JobPriority.Interactive });

        Assert.Equal(7, (await GetAsync(broker, "normal")).Outlook!.QueuePosition);
        Assert.Equal(1, (await GetAsync(broker, "now")).Outlook!.QueuePosition);
    }

    [Fact]
    public async Task History_AnotherBroker_KnowsItOnceItIsKept()
    {
        await using var broker = await WithHistoryAsync();
        await broker.Sweep("history").SweepAsync(default);
        await using var other = new TestBroker(broker.Store, broker.Objects);

        var history = await other.Get<FarmHistory>().FindAsync(Films.Queue, default);

        Assert.Equal(2, history.All.Count);
    }

    [Fact]
    public async Task Submit_FarmHasWorkers_IsAnsweredWithTheOutlook()
    {
        await using var broker = await JobIntakeTests.WithModelAsync();
        var first = await broker.Intake.SubmitAsync(JobIntakeTests.OneShot, default);
        var queue = (await broker.JobAsync("job-1")).Queue;
        await broker.AnnounceAsync("worker-1", queue: queue);

        var again = await broker.Intake.SubmitAsync(JobIntakeTests.OneShot, default);

        Assert.Null(first.Accepted!.Outlook);
        Assert.Equal(1, again.Accepted!.Outlook!.QueuePosition);
    }

    /// <summary>Two workers, and a job that was rendered on them.</summary>
    private static async Task<TestBroker> WithHistoryAsync()
    {
        var broker = new TestBroker();
        await broker.AnnounceAsync("worker-1");
        await broker.AnnounceAsync("worker-2");
        await broker.OpenAsync(Films.Flat("before", 2));
        await broker.PumpAsync();
        for (var shot = 0; shot < 2; shot++)
        {
            await broker.ClaimAsync(broker.Tickets()[shot], $"attempt-{shot}");
            await broker.CommitAsync("before", shot, $"attempt-{shot}");
        }

        return broker;
    }

    private static async Task<JobSnapshot> GetAsync(TestBroker broker, string jobId) =>
        (await broker.Intake.GetAsync(new GetJob { JobId = jobId }, default))!;
}
