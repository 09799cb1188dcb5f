namespace RenderFarm.Contracts.Film;

/// <summary>A frame that the storyboard pins: an image, or where another shot ended.</summary>
/// <remarks>Exactly one of the two is set.</remarks>
public sealed record Keyframe
{
    /// <summary>
    /// In a storyboard file, an image beside it; in a submitted storyboard, the image's object
    /// name <c>inputs/SHA256</c>.
    /// </summary>
    public string? Image { get; init; }

    /// <summary>
    /// The id of the shot that is gone on from: its last frames where the model can extend a
    /// clip, so that movement goes on too, else its last frame.
    /// </summary>
    public string? Continues { get; init; }
}
