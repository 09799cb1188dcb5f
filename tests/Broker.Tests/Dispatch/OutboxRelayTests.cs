using System.Text.Json;
using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Jobs;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch;

public sealed class OutboxRelayTests
{
    [Fact]
    public async Task Relay_EventsOfAJob_LeaveInTheirOrder()
    {
        await using var broker = new TestBroker();
        await broker.OpenAsync(Films.Flat("job-1", 40));
        for (var shot = 0; shot < 40; shot++)
        {
            await broker.CommitAsync("job-1", shot, $"attempt-{shot}");
        }

        await broker.RelayAsync();

        Assert.Equal(Enumerable.Range(1, 41), Sequences(broker));
    }

    [Fact]
    public async Task Relay_CrashAfterSending_SendsAgainUnderTheSameIds()
    {
        var store = new FakeForgetfulStore(new MemoryJobStore());
        await using var broker = new TestBroker(store);
        await broker.OpenAsync(Films.Flat("job-1", 3));
        store.DeletesFail = true;
        await Assert.ThrowsAsync<IOException>(() => broker.Get<OutboxRelay>().RelayAsync(default));
        var before = broker.Bus.Log.Select(m => m.MessageId).ToList();

        store.DeletesFail = false;
        await broker.RelayAsync();

        Assert.NotEmpty(before);
        Assert.Equal([.. before, .. before], broker.Bus.Log.Select(m => m.MessageId));
        Assert.Empty(await store.ReadOutboxAsync(10, default));
    }

    [Fact]
    public async Task Relay_BusThatFailsEveryThirdTime_LosesAndReordersNothing()
    {
        await using var broker = new TestBroker();
        var count = 0;
        broker.Bus.Fault = _ =>
        {
            if (Interlocked.Increment(ref count) % 3 == 0)
            {
                throw new IOException("no confirm");
            }
        };
        await broker.OpenAsync(Films.Flat("job-1", 10));
        for (var shot = 0; shot < 10; shot++)
        {
            await broker.CommitAsync("job-1", shot, $"attempt-{shot}");
        }

        for (var pass = 0; pass < 20; pass++)
        {
            await broker.RelayAsync();
        }

        Assert.Equal(Enumerable.Range(1, 11), Sequences(broker));
        Assert.Single(broker.Bus.StitchOrders);
    }

    [Fact]
    public async Task Relay_OneJobsEventsStuck_OthersLeave()
    {
        await using var broker = new TestBroker();
        broker.Bus.Fault = message =>
        {
            if (message.Address.Contains(".job-1.", StringComparison.Ordinal))
            {
                throw new IOException("no confirm");
            }
        };
        await broker.OpenAsync(Films.Flat("job-1", 1));
        await broker.OpenAsync(Films.Flat("job-2", 1));

        await broker.RelayAsync();

        Assert.Equal([nameof(JobAccepted)], broker.Bus.EventTypes("job-2"));
        Assert.Empty(broker.Bus.EventTypes("job-1"));
        Assert.Single(await broker.Store.ReadOutboxAsync(10, default));
    }

    [Fact]
    public async Task Relay_OneTicketStuck_OthersLeaveAndItComesLater()
    {
        await using var broker = new TestBroker(null, ("Broker:LookAhead", "3"));
        await broker.AnnounceAsync("worker-1");
        await broker.OpenAsync(Films.Flat("job-1", 4));
        await broker.Get<Dispatcher>().FillAsync(default);
        var isFirst = true;
        broker.Bus.Fault = message =>
        {
            if (message.Address == Films.Queue && isFirst)
            {
                isFirst = false;
                throw new IOException("no confirm");
            }
        };

        await broker.Get<OutboxRelay>().RelayAsync(default);
        var first = broker.Tickets().Select(t => t.ShotIndex).ToList();
        await broker.RelayAsync();

        Assert.Equal([1, 2, 3], first);
        Assert.Equal([1, 2, 3, 0], broker.Tickets().Select(t => t.ShotIndex));
    }

    [Fact]
    public async Task Relay_OneMessageNeverConfirmed_HoldsTheOthersUpForSecondsOnly()
    {
        await using var broker = new TestBroker();
        broker.Bus.IsSilent = message =>
            message.Address.Contains(".job-1.", StringComparison.Ordinal);
        await broker.OpenAsync(Films.Flat("job-1", 1));
        await broker.OpenAsync(Films.Flat("job-2", 1));

        var relaying = broker.Get<OutboxRelay>().RelayAsync(default);
        while (!broker.Bus.EventTypes("job-2").Any())
        {
            await Task.Yield();
        }

        broker.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(1, await relaying);
        Assert.Equal([nameof(JobAccepted)], broker.Bus.EventTypes("job-2"));
        Assert.Single(await broker.Store.ReadOutboxAsync(10, default));
    }

    [Fact]
    public async Task Relay_NothingConfirmed_WaitsLongerEachTime()
    {
        await using var broker = new TestBroker();
        broker.Bus.IsSilent = _ => true;
        await broker.OpenAsync(Films.Flat("job-1", 1));
        foreach (var seconds in new[] { 5, 10, 20, 30, 30 })
        {
            var relaying = broker.Get<OutboxRelay>().RelayAsync(default);
            broker.Time.Advance(TimeSpan.FromSeconds(seconds - 1));
            Assert.False(relaying.IsCompleted);

            broker.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(0, await relaying);
        }
    }

    private static IEnumerable<int> Sequences(TestBroker broker)
    {
        foreach (var sent in broker.Bus.Events)
        {
            using var json = JsonDocument.Parse(sent.Body);
            yield return json.RootElement.GetProperty("sequence").GetInt32();
        }
    }
}
