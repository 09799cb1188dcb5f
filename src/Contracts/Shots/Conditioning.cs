namespace RenderFarm.Contracts.Shots;

/// <summary>Where a conditioning image comes from. Exactly one of the two is set.</summary>
public sealed record Conditioning
{
    /// <summary>SHA-256 of an image under <c>inputs/</c>.</summary>
    public string? ImageSha256 { get; init; }

    /// <summary>
    /// The render key of the shot that is gone on from: by its last frames where its clip has
    /// them apart and the model can extend a clip, else by its last frame.
    /// </summary>
    public string? LastFrameOf { get; init; }
}
