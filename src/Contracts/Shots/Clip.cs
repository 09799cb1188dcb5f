using RenderFarm.Contracts.Film;

namespace RenderFarm.Contracts.Shots;

/// <summary>
/// The media file of one shot, as its commit record <c>accepted.json</c> says it: written once,
/// never changed.
/// </summary>
public sealed record Clip
{
    /// <summary>What decided its pixels.</summary>
    public required string RenderKey { get; init; }

    /// <summary>The attempt that made it.</summary>
    public required string AttemptId { get; init; }

    /// <summary>The file's name in the object store.</summary>
    public required string ObjectKey { get; init; }

    /// <summary>
    /// The last frame's name in the object store (PNG), for shots that continue this one.
    /// </summary>
    public required string LastFrameKey { get; init; }

    /// <summary>SHA-256 of the file.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Size of the file in bytes.</summary>
    public required long ByteCount { get; init; }

    /// <summary>Frames, counted by decoding the file.</summary>
    public required int FrameCount { get; init; }

    /// <summary>Frame size.</summary>
    public required FrameSize Size { get; init; }

    /// <summary>Frame rate.</summary>
    public required FrameRate FrameRate { get; init; }

    /// <summary>The worker that made it.</summary>
    public required string WorkerId { get; init; }

    /// <summary>Time in the pipeline.</summary>
    public required TimeSpan Rendering { get; init; }

    /// <summary>Time in the video encoder and its check, beyond rendering.</summary>
    public required TimeSpan Encoding { get; init; }

    /// <summary>Time to the object store.</summary>
    public required TimeSpan Uploading { get; init; }
}
