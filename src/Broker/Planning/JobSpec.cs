using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Planning;

/// <summary>
/// A job with everything decided: what <c>spec.json</c> says, written once. Whoever has this and
/// the clips can make the film.
/// </summary>
public sealed record JobSpec
{
    /// <summary>The job's name.</summary>
    public required string JobId { get; init; }

    /// <summary>Whose it is.</summary>
    public required string TenantId { get; init; }

    /// <summary>The film's name.</summary>
    public string? Title { get; init; }

    /// <summary>How soon it is wanted.</summary>
    public required JobPriority Priority { get; init; }

    /// <summary>
    /// The tenant whose share of the farm it uses; the owner of its objects where null.
    /// </summary>
    public string? PayingTenant { get; init; }

    /// <summary>GPU time that it may use; null without a limit.</summary>
    public TimeSpan? Budget { get; init; }

    /// <summary>What becomes of the film when a shot cannot be rendered.</summary>
    public FailedShotRule OnFailedShot { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>The model by name.</summary>
    public required string Model { get; init; }

    /// <summary>The model by content.</summary>
    public required string ModelDigest { get; init; }

    /// <summary>Precision and provider class of every shot.</summary>
    public required string NumericsProfile { get; init; }

    /// <summary>Frame size of the film.</summary>
    public required FrameSize Size { get; init; }

    /// <summary>Frame rate of the film.</summary>
    public required FrameRate FrameRate { get; init; }

    /// <summary>Frames in the finished film: those of the shots less the overlaps.</summary>
    public required int FrameCount { get; init; }

    /// <summary>How the reel is encoded.</summary>
    public required ReelCodec Codec { get; init; }

    /// <summary>SHA-256 of the sound under the film.</summary>
    public string? SoundtrackSha256 { get; init; }

    /// <summary>
    /// SHA-256 over what was asked for, to tell a repeated submit from another job.
    /// </summary>
    public required string RequestSha256 { get; init; }

    /// <summary>The shots in film order.</summary>
    public required IReadOnlyList<PlannedShot> Shots { get; init; }
}
