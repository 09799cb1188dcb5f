using System.Globalization;

namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>What <c>bench/chaos</c> was asked for.</summary>
internal sealed record ChaosSettings
{
    public const string Usage =
        "bench/chaos [--minutes 20] [--seed N] [--report FILE] [--workers 3] [--settle 5] "
        + "[--logs FOLDER]";

    private const double LongestMinutes = 1440;

    /// <summary>How long faults are injected.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>How long every job may take to end once the faults have.</summary>
    public required TimeSpan Settle { get; init; }

    public required long Seed { get; init; }

    public required int WorkerCount { get; init; }

    /// <summary>Where the report goes besides standard output.</summary>
    public string? ReportFile { get; init; }

    /// <summary>Where every process' log is kept when something was violated.</summary>
    public required string LogFolder { get; init; }

    /// <summary>Whether the logs are kept in any case: a folder was named.</summary>
    public required bool KeepsLogs { get; init; }

    /// <exception cref="UsageException">The command line cannot be read.</exception>
    public static ChaosSettings Read(string[] arguments, TimeProvider time)
    {
        var options = new NamedOptions(
            arguments,
            Usage,
            ("--minutes", "20"),
            ("--seed", time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ("--workers", "3"),
            ("--settle", "5"),
            ("--report", ""),
            ("--logs", ""));
        var seed = options.Count("--seed", 0);
        return new ChaosSettings
        {
            Duration = TimeSpan.FromMinutes(options.Number("--minutes", 0.1, LongestMinutes)),
            Settle = TimeSpan.FromMinutes(options.Number("--settle", 0.1, LongestMinutes)),
            Seed = seed,
            WorkerCount = options.Count("--workers", 1, 16),
            ReportFile = options.Place("--report"),
            KeepsLogs = options.Place("--logs") is not null,
            LogFolder = options.Place("--logs")
                ?? Path.GetFullPath(Path.Combine(".farm", $"chaos-{seed}")),
        };
    }
}
