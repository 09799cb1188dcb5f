using System.Globalization;
using System.Text.Json;
using RenderFarm.Benchmarks.Processes;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Benchmarks.Dispatching;

/// <summary>
/// The floor: the messages of a shot and its commit record, all confirmed and flushed as in the
/// farm, by the same workers over the same bus, and no Broker that keeps anything.
/// </summary>
internal sealed class BareBus : IAsyncDisposable
{
    private const int PublishedAtATime = 32;

    private readonly IHost host;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task working;
    private int job;

    private BareBus(IHost host, int workerCount)
    {
        this.host = host;
        working = ActivatorUtilities
            .CreateInstance<NoOpWorkers>(host.Services, BareShots.Tickets, BareShots.Shots)
            .RunAsync(workerCount, stopping.Token);
    }

    public static async Task<BareBus> StartAsync(
        ServerSet servers, string folder, int workerCount, CancellationToken cancellationToken)
    {
        var host = NoOpFarm.BuildHost(servers, Path.Combine(folder, "bare"), builder =>
        {
            builder.AddFarmRequestClient<ClaimShot>(BareShots.Shots);
            builder.AddFarmConsumer<BareShots>(BareShots.Shots);
        });
        await host.StartAsync(cancellationToken);
        return new BareBus(host, workerCount);
    }

    /// <summary>Puts out all tickets and waits for the last event.</summary>
    /// <returns>From the first ticket on.</returns>
    public async Task<TimeSpan> RunAsync(Load load, CancellationToken cancellationToken)
    {
        var jobId = string.Create(CultureInfo.InvariantCulture, $"bare-{++job}");
        var tickets = host.Services.GetRequiredService<ITicketQueue>();
        await using var events = await host.Services.GetRequiredService<IEventExchange>()
            .SubscribeAsync(BareShots.EventsOf(jobId), cancellationToken);
        var ended = events.ReadAllAsync(cancellationToken)
            .Take(load.ChildCount).CountAsync(cancellationToken).AsTask();

        var start = TimeProvider.System.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, load.ChildCount),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = PublishedAtATime,
                CancellationToken = cancellationToken,
            },
            async (index, token) =>
            {
                var ticket = new RenderShot
                {
                    JobId = jobId,
                    ShotIndex = index,
                    DispatchId = Guid.CreateVersion7(TimeProvider.System.GetUtcNow())
                        .ToString("n"),
                };
                await tickets.PublishAsync(
                    BareShots.Tickets,
                    ticket.DispatchId,
                    JsonSerializer.SerializeToUtf8Bytes(ticket, FarmJson.Options),
                    token);
            });
        await ended.WaitAsync(cancellationToken);
        return TimeProvider.System.GetElapsedTime(start);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
        stopping.Dispose();
    }
}
