using RenderFarm.Contracts.Film;

namespace RenderFarm.Contracts.Jobs;

/// <summary>What the client reads at the end: what the film took, shot by shot.</summary>
public sealed record JobReport
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>The film's name.</summary>
    public string? Title { get; init; }

    /// <summary>How it ended.</summary>
    public required JobStatus Status { get; init; }

    /// <summary>The model that rendered it, and the digest of its files.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 over the model package.</summary>
    public required string ModelDigest { get; init; }

    /// <summary>Precision and provider class that the render keys stand for.</summary>
    public required string NumericsProfile { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>Frames in the film.</summary>
    public required int FrameCount { get; init; }

    /// <summary>Frame size.</summary>
    public required FrameSize Size { get; init; }

    /// <summary>Frame rate.</summary>
    public required FrameRate FrameRate { get; init; }

    /// <summary>SHA-256 of the reel.</summary>
    public required string ReelSha256 { get; init; }

    /// <summary>Size of the reel in bytes.</summary>
    public required long ReelByteCount { get; init; }

    /// <summary>How long the stitcher took.</summary>
    public required TimeSpan StitchTime { get; init; }

    /// <summary>Every shot that has a clip, in film order.</summary>
    public required IReadOnlyList<ShotReport> Shots { get; init; }

    /// <summary>Every shot that has a card in its place, in film order.</summary>
    public IReadOnlyList<MissingShot> MissingShots { get; init; } = [];
}
