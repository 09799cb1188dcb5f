namespace RenderFarm.Diffusion.Checkpoints;

/// <summary>
/// What a pass that may reuse steps remembers between two of them. Nobody writes to its arrays once
/// it is made.
/// </summary>
internal sealed record ReusePoint
{
    /// <summary>Which networks made the prediction, and how they were guided.</summary>
    public int Kind { get; init; }

    /// <summary>
    /// How far predictions move for what inputs do; no number before two were computed.
    /// </summary>
    public double Rate { get; init; }

    /// <summary>How far the prediction is guessed to have moved, as a part of its size.</summary>
    public double Change { get; init; }

    /// <summary>What the network saw the last time that it was asked, [C, F, h, w].</summary>
    public float[] Input { get; init; } = [];

    /// <summary>What it predicted then, guided.</summary>
    public float[] Prediction { get; init; } = [];

    /// <summary>What it would have seen the last time, asked or not.</summary>
    public float[] Latest { get; init; } = [];
}
