namespace RenderFarm.Diffusion;

/// <summary>How a graph computes attention, which decides how much memory it takes.</summary>
public enum AttentionKind
{
    /// <summary>It has none.</summary>
    None,

    /// <summary>In one node each, which keeps no table of scores.</summary>
    Fused,

    /// <summary>As products and softmax, which keeps a score for every pair of tokens.</summary>
    Unfused,

    /// <summary>Some of it so, some so.</summary>
    Mixed,
}
