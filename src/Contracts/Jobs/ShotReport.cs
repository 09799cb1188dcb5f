namespace RenderFarm.Contracts.Jobs;

/// <summary>What one shot took.</summary>
public sealed record ShotReport
{
    /// <summary>The shot's name.</summary>
    public required string ShotId { get; init; }

    /// <summary>What decided its pixels.</summary>
    public required string RenderKey { get; init; }

    /// <summary>The clip in the reel.</summary>
    public required string ClipKey { get; init; }

    /// <summary>SHA-256 of the clip.</summary>
    public required string ClipSha256 { get; init; }

    /// <summary>Size of the clip in bytes.</summary>
    public required long ClipByteCount { get; init; }

    /// <summary>Frames in the clip.</summary>
    public required int FrameCount { get; init; }

    /// <summary>How many takes were made.</summary>
    public int TakeCount { get; init; } = 1;

    /// <summary>Which take was kept, from 0.</summary>
    public int TakeIndex { get; init; }

    /// <summary>What the scorer gave that take, 0 to 1; null where it was not asked.</summary>
    public double? Score { get; init; }

    /// <summary>True when the clip was there before the job.</summary>
    public required bool Cached { get; init; }

    /// <summary>Tries that this job made.</summary>
    public required int AttemptCount { get; init; }

    /// <summary>The worker whose clip was accepted.</summary>
    public required string WorkerId { get; init; }

    /// <summary>From ready to claimed, for the try that succeeded.</summary>
    public required TimeSpan Queued { get; init; }

    /// <summary>Time in the pipeline.</summary>
    public required TimeSpan Rendering { get; init; }

    /// <summary>Time in the video encoder and its check, beyond rendering.</summary>
    public required TimeSpan Encoding { get; init; }

    /// <summary>Time to the object store.</summary>
    public required TimeSpan Uploading { get; init; }
}
