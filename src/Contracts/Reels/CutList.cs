using RenderFarm.Contracts.Film;

namespace RenderFarm.Contracts.Reels;

/// <summary>
/// What to join: the clips in film order and how they meet. An object, written once.
/// </summary>
public sealed record CutList
{
    /// <summary>The film's name.</summary>
    public string? Title { get; init; }

    /// <summary>Frame size.</summary>
    public required FrameSize Size { get; init; }

    /// <summary>Frame rate.</summary>
    public required FrameRate FrameRate { get; init; }

    /// <summary>How the reel is encoded.</summary>
    public required ReelCodec Codec { get; init; }

    /// <summary>SHA-256 of the sound under <c>inputs/</c>, if there is any.</summary>
    public string? SoundtrackSha256 { get; init; }

    /// <summary>Frames the reel must have.</summary>
    public required int FrameCount { get; init; }

    /// <summary>The clips in film order.</summary>
    public required IReadOnlyList<CutListEntry> Entries { get; init; }
}
