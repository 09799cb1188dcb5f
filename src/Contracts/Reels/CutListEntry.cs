using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Contracts.Reels;

/// <summary>
/// One clip of a film, or the card in its place, and how it gives way to the next. Exactly one of
/// <see cref="Clip"/> and <see cref="CardFrameCount"/> is set.
/// </summary>
public sealed record CutListEntry
{
    /// <summary>The shot's name.</summary>
    public required string ShotId { get; init; }

    /// <summary>What is seen, for the timeline.</summary>
    public required string Prompt { get; init; }

    /// <summary>The accepted clip.</summary>
    public Clip? Clip { get; init; }

    /// <summary>Frames of the card that stands for a shot which ended without a clip.</summary>
    public int? CardFrameCount { get; init; }

    /// <summary>How it gives way to the next clip; a cut for the last.</summary>
    public required Transition Transition { get; init; }
}
