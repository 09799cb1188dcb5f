namespace RenderFarm.Contracts.Film;

/// <summary>
/// One shot as a person writes it: words, and whatever differs from the defaults.
/// </summary>
public sealed record StoryboardShot : ShotSettings
{
    /// <summary>
    /// The shot's name within its film; <c>shot-1</c>, <c>shot-2</c> where absent.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>What is seen.</summary>
    public required string Prompt { get; init; }

    /// <summary>The frame the shot starts from.</summary>
    public Keyframe? StartKeyframe { get; init; }

    /// <summary>
    /// Where the start keyframe is painted anew, as an image that is white there and black where it
    /// stays: named like any image; everywhere where absent.
    /// </summary>
    public string? Mask { get; init; }

    /// <summary>The frame the shot arrives at.</summary>
    public Keyframe? EndKeyframe { get; init; }

    /// <summary>
    /// The clip that the shot makes anew, frame by frame; it then has no keyframes and no loop.
    /// </summary>
    public SourceClip? Source { get; init; }

    /// <summary>The shot ends where it starts, so that it can be played round and round.</summary>
    public bool Loop { get; init; }
}
