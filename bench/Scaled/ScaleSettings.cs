using System.Globalization;

namespace RenderFarm.Benchmarks.Scaled;

/// <summary>What <c>bench/scale</c> was asked for.</summary>
internal sealed record ScaleSettings
{
    public const string Usage =
        "bench/scale [--speed 20] [--seed N] [--grace 5] [--report FILE] [--logs FOLDER]";

    /// <summary>What every time of the chart is divided by, 1 to 60.</summary>
    public required double Speed { get; init; }

    public required long Seed { get; init; }

    /// <summary>How long a worker that is told to stop may go on, 1 s to 10 min.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>Where the report goes besides standard output.</summary>
    public string? ReportFile { get; init; }

    /// <summary>Where the logs of all processes are kept.</summary>
    public string? LogFolder { get; init; }

    /// <summary>Reads the command line; null when it cannot be read.</summary>
    public static ScaleSettings? Read(string[] arguments)
    {
        var values = new Dictionary<string, string>
        {
            ["--speed"] = "20",
            ["--seed"] = "1",
            ["--grace"] = "5",
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

        return double.TryParse(values["--speed"], CultureInfo.InvariantCulture, out var speed)
            && speed is >= 1 and <= 60
            && long.TryParse(values["--seed"], CultureInfo.InvariantCulture, out var seed)
            && double.TryParse(values["--grace"], CultureInfo.InvariantCulture, out var grace)
            && grace is >= 1 and <= 600
            ? new ScaleSettings
            {
                Speed = speed,
                Seed = seed,
                Grace = TimeSpan.FromSeconds(grace),
                ReportFile = Named(values["--report"]),
                LogFolder = Named(values["--logs"]),
            }
            : null;
    }

    private static string? Named(string path) => path.Length > 0 ? Path.GetFullPath(path) : null;
}
