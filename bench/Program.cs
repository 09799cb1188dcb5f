// Whole-process benchmarks. Each is a ratio against a peer or a physical limit in one run:
// timings on a shared machine say little by themselves.
//   ./renderfarm bench [film] [reel] [memory]
//   bench/chaos --minutes 20 --seed N
//   bench/throughput
//   bench/scale
//   bench/simulate
//   bench/loop
//   bench/reuse
//   bench/gpu
using System.Runtime.InteropServices;
using RenderFarm.Benchmarks;
using RenderFarm.Benchmarks.Devices;
using RenderFarm.Benchmarks.Disturbed;
using RenderFarm.Benchmarks.Dispatching;
using RenderFarm.Benchmarks.Loops;
using RenderFarm.Benchmarks.Reused;
using RenderFarm.Benchmarks.Scaled;
using RenderFarm.Benchmarks.Simulated;
using RenderFarm.Cli;

using var interrupt = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first asks; the second does not.
    pressed.Cancel = !interrupt.IsCancellationRequested;
    interrupt.Cancel();
};
using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    interrupt.Cancel();
});
try
{
    return args switch
    {
        ["chaos", .. var rest] => await ChaosRun.RunAsync(rest, interrupt.Token),
        ["throughput", .. var rest] => await ThroughputRun.RunAsync(rest, interrupt.Token),
        ["scale", .. var rest] => await ScaleRun.RunAsync(rest, interrupt.Token),
        ["simulate", .. var rest] => await SimulateRun.RunAsync(rest, interrupt.Token),
        ["loop", .. var rest] => LoopRun.Run(rest, interrupt.Token),
        ["reuse", .. var rest] => ReuseRun.Run(rest, interrupt.Token),
        ["gpu", .. var rest] => await GpuRun.RunAsync(rest, interrupt.Token),
        _ => await RunNamedAsync(args.Length > 0 ? args : ["film", "reel", "memory"]),
    };
}
catch (UsageException fault)
{
    await Console.Error.WriteLineAsync(fault.Message);
    return ExitCode.BadInput;
}
catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("stopped; nothing is left behind");
    return ExitCode.Interrupted;
}

static async Task<int> RunNamedAsync(IEnumerable<string> names)
{
    foreach (var name in names)
    {
        Console.WriteLine(name switch
        {
            "film" => await FilmBenchmark.RunAsync(),
            "reel" => await ReelBenchmark.RunAsync(),
            "memory" => await MemoryBenchmark.RunAsync(),
            _ => throw new UsageException($"bench [film] [reel] [memory]: there is no '{name}'"),
        });
    }

    return ExitCode.Done;
}
