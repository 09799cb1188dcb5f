using System.Text.Json;
using RenderFarm.Contracts;

namespace RenderFarm.Media;

/// <summary>
/// Who and what made a clip; stamped in the clip file's metadata. It holds no prompt: files travel
/// further than their makers may want their words to.
/// </summary>
public sealed record Slate
{
    /// <summary>The IPTC's name for pictures that a trained model made.</summary>
    public const string TrainedAlgorithmicMedia =
        "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

    /// <summary>The job it was first rendered for.</summary>
    public string? JobId { get; init; }

    /// <summary>The shot's name in that job.</summary>
    public string? ShotId { get; init; }

    /// <summary>The attempt that made it.</summary>
    public required string AttemptId { get; init; }

    /// <summary>What decided its pixels.</summary>
    public required string RenderKey { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The digest over the model's files.</summary>
    public required string ModelDigest { get; init; }

    /// <summary>Where chance started.</summary>
    public required long Seed { get; init; }

    /// <summary>The worker that made it.</summary>
    public required string WorkerId { get; init; }

    /// <summary>The program and its version, as in <c>RenderFarm 0.1.0</c>.</summary>
    public string Software { get; init; } =
        $"RenderFarm {typeof(Slate).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>What kind of source the pictures come from, for machines to read.</summary>
    public string DigitalSourceType { get; init; } = TrainedAlgorithmicMedia;

    /// <summary>The slate as one line of JSON, as it stands in the file's comment.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, FarmJson.Options);
}
