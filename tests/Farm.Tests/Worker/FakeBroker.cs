using System.Collections.Concurrent;
using System.Threading.Channels;
using MassTransit;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>
/// The Broker's end of the bus without its rules: grants what a test offers, and keeps what workers
/// say. It can be silent, refuse, cancel, and call a lease lost.
/// </summary>
internal sealed class FakeBroker
{
    private readonly ConcurrentDictionary<string, ShotTask> offers = new();
    private readonly Channel<object> reports = Channel.CreateUnbounded<object>();

    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a refused worker is to rest.</summary>
    public TimeSpan? RestTime { get; set; }

    /// <summary>Claims that get no answer.</summary>
    public ConcurrentQueue<string> SilentFor { get; } = [];

    public Func<RenewLease, LeaseDirective> Direct { get; set; } = _ => LeaseDirective.Continue;

    /// <summary>Runs before a hand-back is heard.</summary>
    public Func<Task> HandedBack { get; set; } = () => Task.CompletedTask;

    public ConcurrentQueue<ClaimShot> Claims { get; } = [];

    public ConcurrentQueue<RenewLease> Renewals { get; } = [];

    public ConcurrentQueue<WorkerAnnounced> Announcements { get; } = [];

    public void Offer(string jobId, ShotTask task) => offers[jobId] = task;

    /// <summary>The next report of how an attempt ended.</summary>
    public async Task<object> NextReportAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        return await reports.Reader.ReadAsync(limit.Token);
    }

    public async Task<T> NextReportAsync<T>() => Assert.IsType<T>(await NextReportAsync());

    public void Hear(object report) => Assert.True(reports.Writer.TryWrite(report));

    public object? Answer(ClaimShot claim)
    {
        Claims.Enqueue(claim);
        if (SilentFor.TryPeek(out var silent) && silent == claim.JobId)
        {
            SilentFor.TryDequeue(out _);
            return null;
        }

        return offers.TryGetValue(claim.JobId, out var task)
            ? new ShotClaimed
            {
                AttemptId = claim.AttemptId,
                AttemptNumber = 1,
                ShotId = "shot-1",
                TenantId = "test",
                Task = task,
                LeaseDuration = LeaseDuration,
            }
            : new ClaimRefused { Reason = "nobody offered it", RestTime = RestTime };
    }
}

internal sealed class FakeBrokerConsumer(FakeBroker broker) :
    IConsumer<ClaimShot>,
    IConsumer<RenewLease>,
    IConsumer<WorkerAnnounced>,
    IConsumer<AttemptCommitted>,
    IConsumer<AttemptFailed>,
    IConsumer<AttemptHandedBack>
{
    public Task Consume(ConsumeContext<ClaimShot> context) =>
        broker.Answer(context.Message) is { } answer
            ? context.RespondAsync(answer)
            : Task.CompletedTask;

    public Task Consume(ConsumeContext<RenewLease> context)
    {
        broker.Renewals.Enqueue(context.Message);
        return context.RespondAsync(
            new LeaseRenewed { Directive = broker.Direct(context.Message) });
    }

    public Task Consume(ConsumeContext<WorkerAnnounced> context)
    {
        broker.Announcements.Enqueue(context.Message);
        return Task.CompletedTask;
    }

    public Task Consume(ConsumeContext<AttemptCommitted> context) => Hear(context.Message);

    public Task Consume(ConsumeContext<AttemptFailed> context) => Hear(context.Message);

    public async Task Consume(ConsumeContext<AttemptHandedBack> context)
    {
        await broker.HandedBack();
        await Hear(context.Message);
    }

    private Task Hear(object report)
    {
        broker.Hear(report);
        return Task.CompletedTask;
    }
}
