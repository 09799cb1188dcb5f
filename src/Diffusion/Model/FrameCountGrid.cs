namespace RenderFarm.Diffusion;

/// <summary>The clip lengths a network can make: Multiple * k + Offset.</summary>
public sealed record FrameCountGrid
{
    /// <summary>The distance between two lengths.</summary>
    public required int Multiple { get; init; }

    /// <summary>The length at k = 0.</summary>
    public required int Offset { get; init; }

    /// <summary>The shortest clip.</summary>
    public required int Minimum { get; init; }

    /// <summary>The longest clip.</summary>
    public required int Maximum { get; init; }

    /// <summary>The longest length of the grid: every shorter one is rounded up to one.</summary>
    public int Longest => ((Maximum - Offset) / Multiple * Multiple) + Offset;

    /// <summary>The shortest length of the grid that is no shorter than asked for.</summary>
    public int RoundUp(int frameCount)
    {
        var wanted = Math.Max(frameCount, Minimum) - Offset;
        return (Math.Max(wanted, 0) + Multiple - 1) / Multiple * Multiple + Offset;
    }
}
