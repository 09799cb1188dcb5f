// Whole-process benchmarks. Each is a ratio against a peer or a physical limit in one run:
// timings on a shared machine say little by themselves.
//   ./renderfarm bench [film] [reel] [memory]
using RenderFarm.Benchmarks;

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
