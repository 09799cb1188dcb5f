using RenderFarm.Cli.Local;

namespace RenderFarm.Benchmarks.Loops;

/// <summary>
/// What the denoising loop costs over the networks in it, on the CPU: in time, in memory, and until
/// it ends when it is cancelled. Prints a table in Markdown.
/// </summary>
internal static class LoopRun
{
    private const string Usage = "bench/loop [--rounds 3] [--renders 200]";

    /// <exception cref="UsageException">The command line cannot be read.</exception>
    public static int Run(string[] args, CancellationToken cancellationToken)
    {
        var options = new NamedOptions(args, Usage, ("--rounds", "3"), ("--renders", "200"));
        var roundCount = options.Count("--rounds", 1);
        var renderCount = options.Count("--renders", 41);
        Console.WriteLine("| model | what | figure | aim |\n|---|---|---|---|");
        foreach (var model in Models())
        {
            using (model)
            {
                Row(model, "a step of the loop over the bare runs in it",
                    LoopCost.Measure(model, roundCount, cancellationToken), "1.02");
                Row(model, "allocated in a step, once all are known",
                    StepMemory.Measure(model, cancellationToken), "0 bytes");
                Row(model, "from cancel to end, over a step",
                    CancelDelay.Measure(model, cancellationToken), "1");
                Row(model, $"resident memory after {renderCount} small renders over after 40",
                    RenderMemory.Measure(model, renderCount, cancellationToken), "1");
            }
        }

        return 0;
    }

    private static IEnumerable<LoopModel> Models()
    {
        yield return LoopModel.OpenFlipbook(InstallFolder.Flipbook);
        yield return LoopModel.OpenWan(
            InstallFolder.Find(Path.Combine("models", "miniatures", "wan21-t2v")));
    }

    private static void Row(LoopModel model, string what, string figure, string aim) =>
        Console.WriteLine($"| {model.Name} | {what} | {figure} | {aim} |");
}
