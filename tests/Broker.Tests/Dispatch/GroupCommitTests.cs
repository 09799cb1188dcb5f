using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.Dispatch;

public sealed class GroupCommitTests : IAsyncLifetime
{
    private readonly MemoryJobStore memory = new();
    private readonly FakeHeldStore store;
    private readonly TestBroker broker;

    public GroupCommitTests()
    {
        store = new FakeHeldStore(memory);
        broker = new TestBroker(store);
    }

    public async ValueTask InitializeAsync()
    {
        store.Release();
        await broker.OpenAsync(Films.Flat("job-1", 4));
        await broker.OpenAsync(Films.Flat("job-2", 4));
        store.Commits.Clear();
        store.Hold();
    }

    public ValueTask DisposeAsync() => broker.DisposeAsync();

    [Fact]
    public async Task Apply_EventsThatComeWhileOneIsKept_ShareTheNextStep()
    {
        var first = DispatchAsync("job-1", 0);
        var rest = Task.WhenAll(
            DispatchAsync("job-1", 1),
            DispatchAsync("job-2", 0),
            ClaimAsync("job-2", 0),
            DispatchAsync("job-2", 1));

        store.Release();
        await first;
        var rulings = await rest;

        Assert.All(rulings, ruling => Assert.Equal(Verdict.Applied, ruling!.Verdict));
        Assert.Equal(2, store.Commits.Count);
        Assert.Equal(ShotStatus.Leased, (await broker.ShotAsync("job-2", 0)).Status);
        Assert.Equal(
            ["ticket-0", "ticket-1", "ticket-0", "ticket-1"],
            (await memory.ReadOutboxAsync(100, default))
                .Where(row => row.Message.Kind == OutgoingKind.Ticket)
                .Select(row => row.Message.Body.Split('"')[^2]));
    }

    [Fact]
    public async Task Apply_RecordOfOneIsUnreadable_OnlyThatOneFails()
    {
        var torn = new RecordWrite(RecordKeys.Shot("job-1", 1), RecordWrite.AnyVersion, "{");
        await memory.CommitAsync(new Commit { Records = [torn] }, default);
        var first = DispatchAsync("job-1", 0);
        var broken = DispatchAsync("job-1", 1);
        var whole = DispatchAsync("job-1", 2);

        store.Release();
        await first;

        Assert.Equal(Verdict.Applied, (await whole)!.Verdict);
        await Assert.ThrowsAsync<System.Text.Json.JsonException>(() => broken);
    }

    [Fact]
    public async Task Apply_SomebodyIsFasterWithOne_TheOthersHappenAllTheSame()
    {
        var first = DispatchAsync("job-1", 0);
        var contested = DispatchAsync("job-1", 1);
        var others = Task.WhenAll(DispatchAsync("job-2", 0), DispatchAsync("job-2", 1));
        await using var second = new TestBroker(memory);
        await second.Ledger.ApplyAsync(
            "job-1", 1, new ShotEvent.Dispatched("another"), default);

        store.Release();
        await first;

        Assert.All(await others, ruling => Assert.Equal(Verdict.Applied, ruling!.Verdict));
        Assert.Equal(Verdict.Refused, (await contested)!.Verdict);
        Assert.Equal("another", (await broker.ShotAsync("job-1", 1)).DispatchId);
    }

    [Fact]
    public async Task Apply_OneGivesUpWaiting_TheOthersDoNot()
    {
        using var impatience = new CancellationTokenSource();
        var first = broker.Ledger.ApplyAsync(
            "job-1", 0, new ShotEvent.Dispatched("ticket-0"), impatience.Token);
        var second = DispatchAsync("job-1", 1);

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        store.Release();

        Assert.Equal(Verdict.Applied, (await second)!.Verdict);
        Assert.Equal("ticket-0", (await broker.ShotAsync("job-1", 0)).DispatchId);
    }

    [Fact]
    public async Task Apply_JobEnds_SharesItsStepWithNothingElseOfTheJob()
    {
        var first = DispatchAsync("job-2", 0);
        var before = DispatchAsync("job-1", 0);
        var end = broker.Ledger.ApplyAsync("job-1", new JobEvent.CancelAsked(), default);
        var after = DispatchAsync("job-1", 1);

        store.Release();
        await Task.WhenAll(first, before, end, after);

        Assert.Equal(Verdict.Applied, (await before)!.Verdict);
        Assert.Equal(JobStatus.Canceled, (await end)!.Job.Status);
        Assert.Equal(Verdict.Refused, (await after)!.Verdict);
        Assert.Equal(3, store.Commits.Count);
    }

    private Task<Ruling?> DispatchAsync(string jobId, int shot) => broker.Ledger.ApplyAsync(
        jobId, shot, new ShotEvent.Dispatched($"ticket-{shot}"), default);

    private Task<Ruling?> ClaimAsync(string jobId, int shot) => broker.Ledger.ApplyAsync(
        jobId,
        shot,
        new ShotEvent.Claimed($"ticket-{shot}", "attempt-1", "worker-1", OthersAreLive: false),
        default);
}
