using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Contracts.Reels;

/// <summary>One clip of a film and how it gives way to the next.</summary>
public sealed record CutListEntry
{
    /// <summary>The shot's name.</summary>
    public required string ShotId { get; init; }

    /// <summary>What is seen, for the timeline.</summary>
    public required string Prompt { get; init; }

    /// <summary>The accepted clip.</summary>
    public required Clip Clip { get; init; }

    /// <summary>How it gives way to the next clip; a cut for the last.</summary>
    public required Transition Transition { get; init; }
}
