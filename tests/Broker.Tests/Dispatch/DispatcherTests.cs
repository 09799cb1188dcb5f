using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch;

public sealed class DispatcherTests
{
    [Fact]
    public async Task Fill_NoWorkerKnown_IssuesOneTicket()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 5));

        await broker.PumpAsync();

        Assert.Single(broker.Tickets());
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 6)]
    [InlineData(2, 9)]
    public async Task Fill_ThreeWorkers_IssuesOneTicketEachAndTheLookAhead(
        int lookAhead, int ticketCount)
    {
        await using var broker = new TestBroker(null, ("Broker:LookAhead", $"{lookAhead}"));
        await broker.AnnounceAsync("worker-1");
        await broker.AnnounceAsync("worker-2");
        await broker.AnnounceAsync("worker-3");
        await broker.OpenAsync(Films.Flat("job-1", 20));

        await broker.PumpAsync();
        await broker.PumpAsync();

        Assert.Equal(ticketCount, broker.Tickets().Count);
    }

    [Fact]
    public async Task Fill_TicketClaimed_IssuesTheNext()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 5));
        await broker.PumpAsync();

        await broker.ClaimAsync(broker.Tickets()[0], "attempt-1");
        await broker.PumpAsync();

        Assert.Equal([0, 1], broker.Tickets().Select(t => t.ShotIndex));
    }

    [Fact]
    public async Task Fill_WorkersThatLeftOrFellSilent_CountNoMore()
    {
        await using var broker = new TestBroker(null, ("Broker:LookAhead", "0"));
        await broker.AnnounceAsync("silent");
        broker.Time.Advance(TimeSpan.FromSeconds(16));
        await broker.AnnounceAsync("worker-1");
        await broker.AnnounceAsync("worker-2");
        await broker.AnnounceAsync("left");
        await broker.AnnounceAsync("left", leaving: true);
        await broker.OpenAsync(Films.Flat("job-1", 20));

        await broker.PumpAsync();

        Assert.Equal(2, broker.Tickets().Count);
    }

    [Fact]
    public async Task Fill_ManyJobs_GoesByClassThenByWhatIsLeftThenByChains()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("batch", 1) with { Priority = JobPriority.Batch });
        await broker.OpenAsync(Films.Flat("long", 3));
        await broker.OpenAsync(Films.Spec("short", [], [], [1]) with { FrameCount = 1 });
        await broker.OpenAsync(Films.Flat("now", 4) with { Priority = JobPriority.Interactive });
        for (var i = 0; i < 20; i++)
        {
            await broker.AnnounceAsync($"worker-{i}");
        }

        await broker.PumpAsync();

        // "long" and "short" have as much left and the same age, so their names decide.
        Assert.Equal(
            [
                ("now", 0), ("now", 1), ("now", 2), ("now", 3),
                ("long", 0), ("long", 1), ("long", 2),
                ("short", 1), ("short", 0),
                ("batch", 0),
            ],
            broker.Tickets().Select(t => (t.JobId, t.ShotIndex)));
    }

    [Fact]
    public async Task Fill_ClipAcceptedSincePlanning_IsTakenWithoutATicket()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Spec("job-1", [], [0]));
        await broker.AcceptClipAsync("job-1", 0, "elsewhere");

        await broker.PumpAsync();

        var shot = await broker.ShotAsync("job-1", 0);
        Assert.Equal((ShotStatus.Rendered, true), (shot.Status, shot.Cached));
        Assert.Equal(1, Assert.Single(broker.Tickets()).ShotIndex);
    }

    [Fact]
    public async Task Fill_SameFootageTwice_IsRenderedOnce()
    {
        await using var broker = new TestBroker();
        for (var number = 1; number <= 4; number++)
        {
            await broker.AnnounceAsync($"worker-{number}");
        }

        var spec = Films.Flat("job-1", 2);
        await broker.OpenAsync(spec with
        {
            Shots = [spec.Shots[0], spec.Shots[1] with { Task = spec.Shots[0].Task }],
        });
        await broker.PumpAsync();
        await broker.ClaimAsync(broker.Tickets()[0], "attempt-1");
        await broker.CommitAsync("job-1", 0, "attempt-1");
        await broker.PumpAsync();

        Assert.Single(broker.Tickets());
        Assert.Equal(JobStatus.Stitching, (await broker.JobAsync("job-1")).Status);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Fill_SomebodyElseIsFaster_IssuesEveryTicketAllTheSame(int lostCount)
    {
        var store = new FakeForgetfulStore(new MemoryJobStore());
        await using var broker = new TestBroker(store);
        for (var i = 0; i < 3; i++)
        {
            await broker.AnnounceAsync($"worker-{i}");
        }

        await broker.OpenAsync(Films.Flat("job-1", 4));
        store.Loses = () => lostCount-- > 0;
        await broker.PumpAsync();

        Assert.Equal([0, 1, 2, 3], broker.Tickets().Select(t => t.ShotIndex));
    }

    [Fact]
    public async Task Dispatch_MoreShotsThanThereIsRoomFor_GivesTheFirstOnes()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 3));
        var limit = new IndexLimit(IndexKeys.Tickets(Films.Queue), 2);

        var rulings = await Task.WhenAll(Enumerable.Range(0, 3).Select(shot =>
            broker.Ledger.ApplyAsync(
                "job-1", shot, new ShotEvent.Dispatched($"ticket-{shot}"), [limit], default)));

        Assert.Equal(
            [Verdict.Applied, Verdict.Applied, Verdict.Refused],
            rulings.Select(ruling => ruling!.Verdict));
        Assert.Equal(2, (await broker.Store.ReadOutboxAsync(10, default))
            .Count(row => row.Message.Kind == OutgoingKind.Ticket));
    }

    [Fact]
    public async Task Fill_CanceledJob_IssuesNothingMore()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 5));
        await broker.Intake.CancelAsync(new CancelJob { JobId = "job-1" }, default);

        await broker.PumpAsync();

        Assert.Empty(broker.Tickets());
    }

    [Fact]
    public async Task Fill_TwoQueues_DoNotHinderEachOther()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 5));
        await broker.OpenAsync(Films.Flat("job-2", 5) with { NumericsProfile = "cuda-fp16" });

        await broker.PumpAsync();

        Assert.Equal(2, broker.Bus.Tickets.Select(t => t.Address).Distinct().Count());
    }

    [Fact]
    public async Task Commit_TwoBrokersFillOneQueue_NeverExceedsTheLimit()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 5));
        await broker.PumpAsync();

        var ruling = await broker.Ledger.ApplyAsync(
            "job-1",
            1,
            new ShotEvent.Dispatched("by-another-broker"),
            [new IndexLimit(IndexKeys.Tickets(Films.Queue), 1)],
            default);

        Assert.Equal(Verdict.Refused, ruling!.Verdict);
    }
}
