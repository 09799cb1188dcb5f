using System.Globalization;

namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>What <c>bench/chaos</c> was asked for.</summary>
internal sealed record ChaosSettings
{
    public const string Usage =
        "bench/chaos [--minutes 20] [--seed N] [--report FILE] [--workers 3] [--settle 5] "
        + "[--logs FOLDER]";

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

    /// <summary>Reads the command line; null when it cannot be read.</summary>
    public static ChaosSettings? Read(string[] arguments, TimeProvider time)
    {
        var values = new Dictionary<string, string>
        {
            ["--minutes"] = "20",
            ["--seed"] = time.GetUtcNow().ToUnixTimeSeconds().ToString(
                CultureInfo.InvariantCulture),
            ["--workers"] = "3",
            ["--settle"] = "5",
            ["--report"] = "",
            ["--logs"] = "",
        };
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 == arguments.Length || !values.ContainsKey(arguments[i]))
            {
                return null;
            }

            values[arguments[i]] = arguments[i + 1];
        }

        return Minutes(values["--minutes"]) is { } duration
            && Minutes(values["--settle"]) is { } settle
            && long.TryParse(values["--seed"], CultureInfo.InvariantCulture, out var seed)
            && int.TryParse(values["--workers"], CultureInfo.InvariantCulture, out var workers)
            && workers is > 0 and <= 16
            ? new ChaosSettings
            {
                Duration = duration,
                Settle = settle,
                Seed = seed,
                WorkerCount = workers,
                ReportFile = values["--report"] is { Length: > 0 } file
                    ? Path.GetFullPath(file)
                    : null,
                KeepsLogs = values["--logs"].Length > 0,
                LogFolder = Path.GetFullPath(values["--logs"] is { Length: > 0 } folder
                    ? folder
                    : Path.Combine(".farm", $"chaos-{seed}")),
            }
            : null;
    }

    private static TimeSpan? Minutes(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var minutes) && minutes > 0
            ? TimeSpan.FromMinutes(minutes)
            : null;
}
