using System.Globalization;
using RenderFarm.Cli.Local;
using RenderFarm.Diffusion;

namespace RenderFarm.Benchmarks.Reused;

/// <summary>
/// What the reuse of steps spares, and how like the clips are to those of all steps; and the same
/// of clips that take fewer steps from the start. Prints a table in Markdown.
/// </summary>
internal static class ReuseRun
{
    private const string Usage =
        "bench/reuse [--thresholds 0.02,0.05,0.1] [--fewer 12,8] [--steps 16] [--prompts 12]";

    // What Flipbook's scenes have in them: times, grounds, waters, weathers, cameras.
    private static string[] Prompts { get; } =
    [
        "A lighthouse on the coast at dusk, slow pan left",
        "A red balloon over green hills by day, under the sun",
        "A train in a forest in the rain, pan right",
        "Mountains in winter under falling snow, static",
        "A boat on the sea at dusk, slow zoom in",
        "A house by a lake in autumn fog",
        "Birds over a forest at dawn, tilt up",
        "A city skyline at night, slow pan right",
        "The sea in a storm, fast pan left",
        "A desert under the moon, zoom out",
        "A blue balloon over mountains at dawn, tilt down",
        "A boat on a lake between hills in autumn, watercolour",
    ];

    /// <exception cref="UsageException">The command line cannot be read.</exception>
    public static int Run(string[] args, CancellationToken cancellationToken)
    {
        var options = new NamedOptions(
            args,
            Usage,
            ("--thresholds", "0.02,0.05,0.1"),
            ("--fewer", "12,8"),
            ("--steps", "16"),
            ("--prompts", $"{Prompts.Length}"));
        var stepCount = options.Count("--steps", 2, 100);
        var promptCount = options.Count("--prompts", 1, Prompts.Length);
        List<ReuseCase> cases =
        [
            .. Numbers(options["--thresholds"]).Select(
                threshold => new ReuseCase(stepCount, threshold)),
            .. Numbers(options["--fewer"]).Select(count => new ReuseCase((int)count, 0)),
        ];
        using var pipeline = VideoPipeline.Load(
            ModelPackage.Open(InstallFolder.Flipbook), new OnnxOptions());

        // The first clip of a process also pays for what is made once.
        var plain = new ReuseCase(stepCount, 0);
        plain.Render(pipeline, Prompts[0], cancellationToken);
        foreach (var prompt in Prompts.Take(promptCount))
        {
            // In turn, so that what else the machine does meets all of them.
            var whole = plain.Measure(pipeline, prompt, null, cancellationToken);
            foreach (var one in cases)
            {
                one.Measure(pipeline, prompt, whole, cancellationToken);
            }
        }

        Console.WriteLine("| | steps computed | time of a clip, over all steps' | PSNR of all "
            + "clips (of the least like) |\n|---|---|---|---|");
        foreach (var one in cases)
        {
            Console.WriteLine(one.Row(plain));
        }

        return 0;
    }

    private static IEnumerable<double> Numbers(string list) =>
        list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(word =>
            double.TryParse(word, CultureInfo.InvariantCulture, out var number) && number > 0
                ? number
                : throw new UsageException(Usage));
}
