namespace RenderFarm.Contracts.Film;

/// <summary>
/// The clip that a shot makes anew (video to video): a video, or another shot's clip.
/// </summary>
/// <remarks>Exactly one of the two is set.</remarks>
public sealed record SourceClip
{
    /// <summary>
    /// In a storyboard file, a video beside it; in a submitted storyboard, the video's object name
    /// <c>inputs/SHA256</c>.
    /// </summary>
    public string? Video { get; init; }

    /// <summary>The id of the shot whose clip is made anew.</summary>
    public string? Shot { get; init; }
}
