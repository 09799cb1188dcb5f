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

    /// <summary>
    /// The last frames as the model rendered them, before interpolation and upscaling, side by
    /// side in one image (PNG), oldest first; null where the model extends no clips.
    /// </summary>
    public string? TailKey { get; init; }

    /// <summary>
    /// How many frames of the clip come after the last one of the tail: 1 where the clip ends on
    /// a frame that the interpolator made.
    /// </summary>
    public int FramesPastTail { get; init; }

    /// <summary>Which take was kept, from 0.</summary>
    public int TakeIndex { get; init; }

    /// <summary>What the scorer gave it, 0 to 1; null where it was not asked.</summary>
    public double? Score { get; init; }

    /// <summary>Denoising steps, over all takes, made of an earlier step's prediction.</summary>
    public int ReusedStepCount { get; init; }

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
