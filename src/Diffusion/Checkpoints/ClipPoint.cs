namespace RenderFarm.Diffusion.Checkpoints;

/// <summary>
/// How far a clip is, between two steps. Nobody writes to its arrays once it is made.
/// </summary>
internal sealed record ClipPoint
{
    /// <summary>The take under way, from 0.</summary>
    public int TakeIndex { get; init; }

    /// <summary>
    /// The pass of that take under way, from 0: a loop whose seam must be made denoises the seam
    /// first, then the clip.
    /// </summary>
    public int PassIndex { get; init; }

    /// <summary>Steps that are done of that pass.</summary>
    public int StepIndex { get; init; }

    /// <summary>[C, F, h, w] after those steps; none before the first.</summary>
    public float[] Latents { get; init; } = [];

    /// <summary>The seam of a loop, [C, 1, h, w]; none before it is made.</summary>
    public float[] Seam { get; init; } = [];

    /// <summary>
    /// What the sampler remembers of earlier steps, newest last; nothing for one that looks at the
    /// latest only, as Euler's does.
    /// </summary>
    public IReadOnlyList<float[]> History { get; init; } = [];

    /// <summary>
    /// Where the source of noise stands; nothing where all of it is drawn before the first step.
    /// </summary>
    public uint[] Noise { get; init; } = [];

    /// <summary>What steps are reused from; null before the first, and where none may be.</summary>
    public ReusePoint? Reuse { get; init; }

    /// <summary>Steps so far, over all takes, that were reused.</summary>
    public int ReusedStepCount { get; init; }

    /// <summary>What was found of the takes that are done.</summary>
    public IReadOnlyList<TakeVerdict> Verdicts { get; init; } = [];

    /// <summary>The best of them; -1 where none has frames.</summary>
    public int BestIndex { get; init; } = -1;

    /// <summary>
    /// Its latents, from which it is decoded again: they are a hundredth of its frames.
    /// </summary>
    public float[] Best { get; init; } = [];

    /// <summary>Why the first take without frames has none.</summary>
    public string Fault { get; init; } = "";
}
