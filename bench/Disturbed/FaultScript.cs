using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using RenderFarm.Benchmarks.Processes;

namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>
/// Injects faults at random until it is told to stop, three at a time and one at each target; when
/// it has returned, every one of them is over. What was killed is left alone until it is ready
/// again, or a minute: on a slow machine nothing would ever be, and nothing be tried. The seed
/// decides what, where, when and how long.
/// </summary>
internal sealed class FaultScript(ChaosFarm farm, Chance chance, TimeProvider time) : IDisposable
{
    private const int MostAtATime = 3;
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LeastDuration = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestDuration = TimeSpan.FromSeconds(18);
    private static readonly TimeSpan LongestServerLoss = TimeSpan.FromSeconds(6);

    // RabbitMQ 3.10 writes a new quorum queue down up to a second after it confirmed it; killed in
    // between, it brings the queue back without a leader, for good.
    private static readonly TimeSpan QueueIsWritten = TimeSpan.FromSeconds(5);

    private static readonly (FaultKind Kind, int Weight)[] Weights =
    [
        (FaultKind.Kill, 10), (FaultKind.Freeze, 7), (FaultKind.Stop, 7), (FaultKind.Cut, 6),
        (FaultKind.Stall, 7), (FaultKind.KillServer, 4), (FaultKind.CloseConnections, 2),
        (FaultKind.PurgeTickets, 2), (FaultKind.DeleteTickets, 2),
    ];

    private readonly ConcurrentDictionary<string, byte> busy = [];
    private readonly ConcurrentQueue<Fault> faults = [];
    private readonly HttpClient management = Management(farm.Servers.Management);

    /// <summary>What was injected, in order.</summary>
    public IReadOnlyCollection<Fault> Faults => faults;

    /// <summary>What went wrong with the injecting itself.</summary>
    public ConcurrentQueue<string> Troubles { get; } = [];

    public async Task RunAsync(CancellationToken until)
    {
        var lasting = new List<Task>();
        try
        {
            while (true)
            {
                await Task.Delay(chance.Between(LeastPause, LongestPause), time, until);
                lasting.RemoveAll(task => task.IsCompletedSuccessfully);
                lasting.Add(InjectAsync(until));
            }
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
        }

        await Task.WhenAll(lasting);
    }

    public void Dispose() => management.Dispose();

    private static HttpClient Management(Uri address)
    {
        var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes("guest:guest")));
        return http;
    }

    private FaultKind Choose()
    {
        var at = chance.Below(Weights.Sum(w => w.Weight));
        foreach (var (kind, weight) in Weights)
        {
            if ((at -= weight) < 0)
            {
                return kind;
            }
        }

        return FaultKind.Kill;
    }

    /// <summary>
    /// Everything is drawn before anything is looked at, so that the same seed goes the same way.
    /// </summary>
    private Task InjectAsync(CancellationToken until)
    {
        var kind = Choose();
        var duration = chance.Between(LeastDuration, LongestDuration);
        var loss = chance.Between(TimeSpan.Zero, LongestServerLoss);
        // Workers are hit as often as all the others together.
        var process = chance.Below(2) == 0
            ? chance.Of(farm.Workers)
            : chance.Of([.. farm.Brokers, .. farm.Stitchers]);
        var link = chance.Of(farm.Links);
        var server = chance.Of([FarmServer.Rabbit, FarmServer.Redis, FarmServer.S3]);
        return kind switch
        {
            FaultKind.Kill => OnceAsync(
                kind,
                process.Name,
                () =>
                {
                    process.Kill();
                    return Task.CompletedTask;
                },
                () => RestAsync([process], until)),
            FaultKind.Freeze => LastAsync(
                kind, process.Name, duration, process.Freeze, process.Thaw, until),
            FaultKind.Stop => OnceAsync(
                kind,
                process.Name,
                async () =>
                {
                    if (!await process.StopInOrderAsync(CancellationToken.None))
                    {
                        Troubles.Enqueue($"{process.Name} did not stop within a minute");
                    }
                },
                () => RestAsync([process], until)),
            FaultKind.Cut => LastAsync(kind, link.Name, duration, link.Cut, link.Heal, until),
            FaultKind.Stall => LastAsync(kind, link.Name, duration, link.Stall, link.Heal, until),
            FaultKind.KillServer => OnceAsync(
                kind,
                $"{server}",
                async () =>
                {
                    await farm.Servers.KillAsync(server, CancellationToken.None);
                    await Task.Delay(loss, time, CancellationToken.None);
                    await RestartAsync(server);
                },
                () => RestAsync(farm.Processes, until)),
            FaultKind.CloseConnections => OnceAsync(
                kind, $"{FarmServer.Rabbit}", CloseConnectionsAsync),
            FaultKind.PurgeTickets => OnceAsync(
                kind, $"{FarmServer.Rabbit}", () => DeleteAsync("/contents")),
            _ => OnceAsync(kind, $"{FarmServer.Rabbit}", async () =>
            {
                await DeleteAsync("");
                await Task.Delay(QueueIsWritten, time, CancellationToken.None);
            }),
        };
    }

    private async Task OnceAsync(
        FaultKind kind, string target, Func<Task> inject, Func<Task>? rest = null)
    {
        if (busy.Count >= MostAtATime || !busy.TryAdd(target, 0))
        {
            return;
        }

        var fault = new Fault(kind, target, time.GetUtcNow(), TimeSpan.Zero);
        faults.Enqueue(fault);
        try
        {
            await inject();
        }
        catch (Exception e) when (e is IOException or HttpRequestException
            or OperationCanceledException)
        {
            // The target is not there to be hit: what another fault did lasts.
            Troubles.Enqueue($"{kind} of {target}: {e.Message}");
        }
        finally
        {
            fault.Over = time.GetUtcNow();
            await (rest?.Invoke() ?? Task.CompletedTask);
            busy.TryRemove(target, out _);
        }
    }

    private async Task RestAsync(IEnumerable<FarmProcess> processes, CancellationToken until)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(until);
        limit.CancelAfter(LongestRest);
        await Task.WhenAll(processes.Select(p => farm.UntilReadyAsync(p, limit.Token)))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task LastAsync(
        FaultKind kind,
        string target,
        TimeSpan duration,
        Action begin,
        Action end,
        CancellationToken until) =>
        OnceAsync(kind, target, async () =>
        {
            begin();
            await Task.Delay(duration, time, until)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            end();
        });

    private async Task RestartAsync(FarmServer server)
    {
        for (var tryNumber = 1; ; tryNumber++)
        {
            try
            {
                await farm.Servers.RestartAsync(server, CancellationToken.None);
                return;
            }
            catch (IOException) when (tryNumber < 5)
            {
                // A loaded machine may take longer than the script waits.
            }
        }
    }

    private async Task CloseConnectionsAsync()
    {
        var found = await management.GetStringAsync(new Uri("connections", UriKind.Relative));
        foreach (var connection in JsonNode.Parse(found)!.AsArray())
        {
            var name = Uri.EscapeDataString((string)connection!["name"]!);
            using var answer = await management.DeleteAsync(
                new Uri($"connections/{name}", UriKind.Relative));
        }
    }

    private async Task DeleteAsync(string what)
    {
        var found = await management.GetStringAsync(new Uri("queues/%2F", UriKind.Relative));
        foreach (var queue in JsonNode.Parse(found)!.AsArray())
        {
            var name = (string)queue!["name"]!;
            if (name.StartsWith("render.", StringComparison.Ordinal))
            {
                using var answer = await management.DeleteAsync(
                    new Uri($"queues/%2F/{Uri.EscapeDataString(name)}{what}", UriKind.Relative));
            }
        }
    }
}
