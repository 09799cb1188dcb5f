using System.Globalization;
using System.Text.Json.Nodes;

namespace RenderFarm.Benchmarks.Scaled;

/// <summary>
/// What the chart asks of KEDA for a pool (its ScaledObject), with every time divided by one speed:
/// a farm whose renders take seconds is watched in seconds.
/// </summary>
internal sealed record ScalerTerms
{
    /// <summary>What Prometheus is asked: GPU-seconds that are ready or being rendered.</summary>
    public required string Query { get; init; }

    /// <summary>GPU-seconds for which there is to be one worker.</summary>
    public required double SecondsPerWorker { get; init; }

    public required int Least { get; init; }

    public required int Most { get; init; }

    public required TimeSpan PollingPeriod { get; init; }

    /// <summary>How long there must be nothing before the pool goes to its least.</summary>
    public required TimeSpan Cooldown { get; init; }

    /// <summary>A scale-down goes to the most that was wanted in this time.</summary>
    public required TimeSpan DownWindow { get; init; }

    public required IReadOnlyList<ScalePolicy> Up { get; init; }

    public required IReadOnlyList<ScalePolicy> Down { get; init; }

    /// <summary>Reads a ScaledObject.</summary>
    /// <param name="spec">Its <c>spec</c>.</param>
    /// <param name="speed">What every time is divided by, above 0.</param>
    public static ScalerTerms Read(JsonNode spec, double speed)
    {
        TimeSpan Time(JsonNode? seconds) => TimeSpan.FromSeconds((double)seconds! / speed);
        List<ScalePolicy> Policies(JsonNode behavior) =>
        [
            .. behavior["policies"]!.AsArray().Select(policy => new ScalePolicy(
                (string?)policy!["type"] == "Percent",
                (int)policy["value"]!,
                Time(policy["periodSeconds"]))),
        ];

        var behavior = spec["advanced"]!["horizontalPodAutoscalerConfig"]!["behavior"]!;
        var trigger = spec["triggers"]!.AsArray().Single()!["metadata"]!;
        return new()
        {
            Query = (string)trigger["query"]!,
            SecondsPerWorker =
                double.Parse((string)trigger["threshold"]!, CultureInfo.InvariantCulture) / speed,
            Least = (int)spec["minReplicaCount"]!,
            Most = (int)spec["maxReplicaCount"]!,
            PollingPeriod = Time(spec["pollingInterval"]),
            Cooldown = Time(spec["cooldownPeriod"]),
            DownWindow = Time(behavior["scaleDown"]!["stabilizationWindowSeconds"]),
            Up = Policies(behavior["scaleUp"]!),
            Down = Policies(behavior["scaleDown"]!),
        };
    }
}
