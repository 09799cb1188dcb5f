namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>
/// How predictions for the prompt and for the negative prompt become one:
/// https://arxiv.org/abs/2207.12598. diffusers calls it do_classifier_free_guidance.
/// </summary>
/// <param name="Scale">How far from the one, along the way to the other; 1 is the prompt's.</param>
/// <param name="Rescale">How far the result is brought back to the prompt's spread.</param>
/// <param name="From">The part of the steps from which on it is used.</param>
/// <param name="Until">The part up to which it is used.</param>
internal sealed record Guidance(double Scale, double Rescale, double From, double Until)
{
    /// <summary>
    /// A scale for each frame, where they differ; frames are then the latents' first axis.
    /// </summary>
    public IReadOnlyList<float> FrameScales { get; init; } = [];

    /// <summary>Whether the negative prompt counts at all.</summary>
    public bool IsUsed => Scale > 1;

    public static Guidance Of(VideoRequest request, ModelManifest manifest) => new(
        request.GuidanceScale,
        manifest.Guidance.Rescale,
        manifest.Guidance.From,
        manifest.Guidance.Until);

    /// <summary>Whether it is used after a part of the steps, 0 to 1.</summary>
    public bool IsOn(double part) => IsUsed && part >= From && part < Until;

    /// <summary>Makes one prediction of two.</summary>
    /// <param name="plain">Of the negative prompt; becomes the result.</param>
    /// <param name="worded">Of the prompt.</param>
    public void Mix(Span<float> plain, ReadOnlySpan<float> worded)
    {
        var partCount = Math.Max(1, FrameScales.Count);
        var length = plain.Length / partCount;
        for (var part = 0; part < partCount; part++)
        {
            var scale = FrameScales.Count > 0 ? FrameScales[part] : (float)Scale;
            for (var i = part * length; i < (part + 1) * length; i++)
            {
                plain[i] += scale * (worded[i] - plain[i]);
            }
        }

        if (Rescale > 0)
        {
            var ratio = Deviation(worded) / Deviation(plain);
            var factor = (float)((Rescale * ratio) + 1 - Rescale);
            foreach (ref var value in plain)
            {
                value *= factor;
            }
        }
    }

    private static double Deviation(ReadOnlySpan<float> values)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var value in values)
        {
            sum += value;
        }

        var mean = sum / values.Length;
        foreach (var value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        return Math.Sqrt(squares / (values.Length - 1));
    }
}
