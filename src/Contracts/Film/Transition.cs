namespace RenderFarm.Contracts.Film;

/// <summary>A transition and how many frames of each neighbouring shot it touches.</summary>
public sealed record Transition
{
    /// <summary>A plain cut.</summary>
    public static Transition Cut { get; } = new() { Kind = TransitionKind.Cut };

    /// <summary>What happens at the join.</summary>
    public required TransitionKind Kind { get; init; }

    /// <summary>Frames of each side that take part; 0 for a cut.</summary>
    public int FrameCount { get; init; }
}
