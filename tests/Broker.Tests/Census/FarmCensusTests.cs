using RenderFarm.Broker.Census;
using RenderFarm.Broker.Tests.Dispatch;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.Census;

public sealed class FarmCensusTests
{
    [Fact]
    public async Task Count_EmptyFarm_HasNothing()
    {
        await using var broker = new TestBroker();

        var count = await CountAsync(broker);

        Assert.Empty(count.Queues);
        Assert.All(count.Jobs.Values, jobs => Assert.Equal(0, jobs));
        Assert.Equal(TimeSpan.Zero, count.OutboxLag);
    }

    [Fact]
    public async Task Count_BeforeAnyClip_TakesAMinuteAShot()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Spec("job-1", [], [], [0]));

        var queue = Assert.Single((await CountAsync(broker)).Queues);

        // The third shot waits for the first, and is not to be rendered now.
        Assert.Equal((2, 3), (queue.ReadyCount, queue.LeftCount));
        Assert.Equal((120.0, 180.0), (queue.OpenSeconds, queue.LeftSeconds));
        Assert.Null(queue.SecondsPerFrame);
    }

    [Fact]
    public async Task Count_TicketsAndLeases_AreReadyOrBeingRendered()
    {
        await using var broker = new TestBroker(null, ("Broker:LookAhead", "1"));
        await broker.AnnounceAsync("worker-1", busy: true);
        await broker.OpenAsync(Films.Flat("job-1", 5));
        await broker.PumpAsync();
        await broker.ClaimAsync(broker.Tickets()[0], "attempt-1");

        var queue = Assert.Single((await CountAsync(broker)).Queues);

        Assert.Equal((4, 1), (queue.ReadyCount, queue.LeasedCount));
        Assert.Equal(300, queue.OpenSeconds);
        Assert.Equal(1, queue.Workers["busy"]);
    }

    [Fact]
    public async Task Count_AfterAClip_EstimatesByWhatItCost()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 3));
        await broker.PumpAsync();
        await RenderAsync(broker, broker.Tickets()[0]);

        var queue = Assert.Single((await CountAsync(broker)).Queues);

        // Three seconds for a clip; two of the same length are left.
        Assert.Equal(3.0 / 17, queue.SecondsPerFrame!.Value, precision: 9);
        Assert.Equal(6, queue.OpenSeconds, precision: 9);
    }

    [Fact]
    public async Task Count_ByAnotherBroker_KnowsWhatClipsCost()
    {
        await using var one = new TestBroker();
        await one.OpenAsync(Films.Flat("job-1", 3));
        await one.PumpAsync();
        await RenderAsync(one, one.Tickets()[0]);
        await one.Sweep("history").SweepAsync(default);

        await using var other = new TestBroker(one.Store, one.Objects);
        var queue = Assert.Single((await CountAsync(other)).Queues);

        Assert.Equal(3.0 / 17, queue.SecondsPerFrame!.Value, precision: 9);
    }

    [Fact]
    public async Task Count_Later_SaysHowLongShotsAndMessagesWait()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 1));
        broker.Time.Advance(TimeSpan.FromSeconds(90));

        var count = await CountAsync(broker);

        Assert.Equal(TimeSpan.FromSeconds(90), Assert.Single(count.Queues).Age);
        Assert.Equal(TimeSpan.FromSeconds(90), count.OutboxLag);
    }

    [Fact]
    public async Task Count_CanceledJob_NeedsNothingMore()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 4));
        await broker.Intake.CancelAsync(new() { JobId = "job-1" }, default);

        var queue = Assert.Single((await CountAsync(broker)).Queues);

        Assert.Equal((0, 0, 0.0), (queue.ReadyCount, queue.LeftCount, queue.OpenSeconds));
    }

    private static Task<FarmCount> CountAsync(TestBroker broker) =>
        broker.Get<FarmCensus>().CountAsync(default);

    private static async Task RenderAsync(TestBroker broker, RenderShot ticket)
    {
        await broker.ClaimAsync(ticket, "attempt-1");
        await broker.CommitAsync(ticket.JobId, ticket.ShotIndex, "attempt-1");
    }
}
