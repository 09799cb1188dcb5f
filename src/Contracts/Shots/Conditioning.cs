namespace RenderFarm.Contracts.Shots;

/// <summary>Where a conditioning image comes from. Exactly one of the two is set.</summary>
public sealed record Conditioning
{
    /// <summary>SHA-256 of an image under <c>inputs/</c>.</summary>
    public string? ImageSha256 { get; init; }

    /// <summary>The render key of the shot whose last frame it is.</summary>
    public string? LastFrameOf { get; init; }
}
