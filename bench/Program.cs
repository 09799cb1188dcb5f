// Whole-process benchmarks. Each is a ratio against a peer or a physical limit in one run:
// timings on a shared machine say little by themselves.
//   ./renderfarm bench [film] [reel] [memory]
//   bench/chaos --minutes 20 --seed N
//   bench/throughput
//   bench/scale
//   bench/simulate
//   bench/loop
//   bench/gpu
using System.Runtime.InteropServices;
using RenderFarm.Benchmarks;
using RenderFarm.Benchmarks.Devices;
using RenderFarm.Benchmarks.Disturbed;
using RenderFarm.Benchmarks.Dispatching;
using RenderFarm.Benchmarks.Loops;
using RenderFarm.Benchmarks.Scaled;
using RenderFarm.Benchmarks.Simulated;

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
switch (args)
{
    case ["chaos", .. var rest]:
        return await ChaosRun.RunAsync(rest, interrupt.Token);
    case ["throughput", .. var rest]:
        return await ThroughputRun.RunAsync(rest, interrupt.Token);
    case ["scale", .. var rest]:
        return await ScaleRun.RunAsync(rest, interrupt.Token);
    case ["simulate", .. var rest]:
        return await SimulateRun.RunAsync(rest, interrupt.Token);
    case ["loop", .. var rest]:
        return LoopRun.Run(rest, interrupt.Token);
    case ["gpu", .. var rest]:
        return await GpuRun.RunAsync(rest, interrupt.Token);
    default:
        break;
}

string[] names = args.Length > 0 ? args : ["film", "reel", "memory"];
foreach (var name in names)
{
    Console.WriteLine(name switch
    {
        "film" => await FilmBenchmark.RunAsync(),
        "reel" => await ReelBenchmark.RunAsync(),
        "memory" => await MemoryBenchmark.RunAsync(),
        _ => $"there is no benchmark '{name}'; there are film, reel and memory",
    });
}

return 0;
