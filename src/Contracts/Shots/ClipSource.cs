namespace RenderFarm.Contracts.Shots;

/// <summary>Where a clip that is made anew comes from. Exactly one of the two is set.</summary>
public sealed record ClipSource
{
    /// <summary>SHA-256 of a video under <c>inputs/</c>.</summary>
    public string? VideoSha256 { get; init; }

    /// <summary>The render key of the shot whose clip it is.</summary>
    public string? ClipOf { get; init; }
}
