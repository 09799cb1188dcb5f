namespace RenderFarm.Benchmarks.Scaled;

/// <summary>What <c>bench/scale</c> was asked for.</summary>
internal sealed record ScaleSettings
{
    public const string Usage =
        "bench/scale [--speed 5] [--seed N] [--grace 5] [--report FILE] [--logs FOLDER]";

    /// <summary>What every time of the chart is divided by, 1 to 60.</summary>
    public required double Speed { get; init; }

    public required long Seed { get; init; }

    /// <summary>How long a worker that is told to stop may go on, 1 s to 10 min.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>Where the report goes besides standard output.</summary>
    public string? ReportFile { get; init; }

    /// <summary>Where the logs of all processes are kept.</summary>
    public string? LogFolder { get; init; }

    /// <exception cref="UsageException">The command line cannot be read.</exception>
    public static ScaleSettings Read(string[] arguments)
    {
        var options = new NamedOptions(
            arguments,
            Usage,
            ("--speed", "5"),
            ("--seed", "1"),
            ("--grace", "5"),
            ("--report", ""),
            ("--logs", ""));
        return new ScaleSettings
        {
            Speed = options.Number("--speed", 1, 60),
            Seed = options.Count("--seed", 0),
            Grace = TimeSpan.FromSeconds(options.Number("--grace", 1, 600)),
            ReportFile = options.Place("--report"),
            LogFolder = options.Place("--logs"),
        };
    }
}
