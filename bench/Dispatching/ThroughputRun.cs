using System.Globalization;
using RenderFarm.Benchmarks.Processes;
using RenderFarm.Cli;

namespace RenderFarm.Benchmarks.Dispatching;

/// <summary>
/// <c>bench/throughput</c>: what durability costs. No-op shots from submit to completion, every
/// message confirmed and every write flushed, against its bare messages and peers with the same
/// split and join on the same servers; and what one shot costs in jobs of different sizes.
/// </summary>
internal static class ThroughputRun
{
    private const int Concurrency = 32;
    private const int DefaultRoundCount = 3;
    private static readonly string[] Parts = ["ours", "bare", "bullmq", "celery", "cost"];
    private static readonly (int Jobs, int Shots) WarmUp = (200, 16);
    private static readonly (int Jobs, int Shots)[] Sizes =
        [(100, 10), (10, 100), (1, 1000), (1, 10_000)];

    /// <returns>An exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments, CancellationToken interrupt)
    {
        var rounds = DefaultRoundCount;
        if (arguments is ["--rounds", var text, .. var rest])
        {
            rounds = int.TryParse(text, CultureInfo.InvariantCulture, out var given) ? given : 0;
            arguments = rest;
        }

        string[] wanted = arguments.Length > 0 ? arguments : Parts;
        if (rounds < 1 || wanted.Except(Parts).Any())
        {
            throw new UsageException(
                $"bench/throughput [--rounds N] [{string.Join("] [", Parts)}]");
        }

        // Each of the workers in this process may wait for a flush, as if it had one of its own.
        ThreadPool.SetMinThreads(2 * Concurrency, 2 * Concurrency);
        var folder = Directory.CreateTempSubdirectory("renderfarm-throughput-").FullName;
        await using var reaper = new Reaper(folder);
        var servers = new ServerSet(Path.Combine(folder, "servers"), reaper);
        await servers.StartAsync("rabbitmq,redis", interrupt);
        await MeasureAsync(wanted, rounds, servers, folder, reaper, interrupt);
        return ExitCode.Done;
    }

    private static async Task MeasureAsync(
        string[] wanted,
        int rounds,
        ServerSet servers,
        string folder,
        Reaper reaper,
        CancellationToken interrupt)
    {
        var load = new Load(JobCount: 200, ShotCount: 16, Concurrency);
        await using var farm = wanted.Intersect(["ours", "cost"]).Any()
            ? await NoOpFarm.StartAsync(servers, folder, Concurrency, reaper, interrupt)
            : null;
        await using var bare = wanted.Contains("bare")
            ? await BareBus.StartAsync(servers, folder, Concurrency, interrupt)
            : null;
        await using var bull = wanted.Contains("bullmq")
            ? Peer.StartBull(servers, load, reaper)
            : null;
        await using var celery = wanted.Contains("celery")
            ? Peer.StartCelery(servers, load, reaper)
            : null;
        var contenders = new List<Contender>();
        if (farm is not null && wanted.Contains("ours"))
        {
            contenders.Add(new Contender(
                "RenderFarm", token => farm.RunAsync(load.JobCount, load.ShotCount, token)));
        }

        if (bare is not null)
        {
            contenders.Add(new Contender("Bare messages", token => bare.RunAsync(load, token)));
        }

        if (bull is not null)
        {
            contenders.Add(new Contender("BullMQ flows", bull.RunAsync));
        }

        if (celery is not null)
        {
            contenders.Add(new Contender("Celery chords", celery.RunAsync));
        }

        // In turns, so that what else the machine does meets all of them.
        for (var round = 0; round <= rounds && contenders.Count > 0; round++)
        {
            foreach (var contender in contenders)
            {
                await contender.RunAsync(reaper, interrupt);
            }
        }

        contenders.ForEach(c => Console.WriteLine(c.Report(load, contenders[0])));
        if (farm is not null && wanted.Contains("cost"))
        {
            await MeasureCostAsync(farm, interrupt);
        }
    }

    /// <summary>
    /// The better of two passes over all sizes, after one that only warms up; a job's own cost
    /// (spec, cut, reel, report) is shared among its shots.
    /// </summary>
    private static async Task MeasureCostAsync(NoOpFarm farm, CancellationToken interrupt)
    {
        await farm.RunAsync(WarmUp.Jobs, WarmUp.Shots, interrupt);
        var best = Sizes.Select(_ => (Wall: double.MaxValue, Broker: double.MaxValue)).ToArray();
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = 0; i < Sizes.Length; i++)
            {
                var (jobs, shots) = Sizes[i];
                var before = farm.BrokerTime;
                var wall = await farm.RunAsync(jobs, shots, interrupt);
                var broker = farm.BrokerTime - before;
                best[i] = (
                    Math.Min(best[i].Wall, wall.TotalMilliseconds / (jobs * shots)),
                    Math.Min(best[i].Broker, broker.TotalMilliseconds / (jobs * shots)));
            }
        }

        foreach (var ((jobs, shots), (wall, broker)) in Sizes.Zip(best))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"cost: {jobs} jobs of {shots} shots: {wall:0.00} ms a shot, {broker:0.000} ms of "
                + $"the Broker's processor"));
        }
    }
}
