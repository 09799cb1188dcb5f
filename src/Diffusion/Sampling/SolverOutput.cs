using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// What the network said at the last few steps, as the solver integrates it: clean latents, or
/// noise. Step s lies in slot s modulo the solver's order, so that nothing is moved.
/// </summary>
internal sealed class SolverOutput
{
    private readonly float[][] slots;
    private readonly CleanLatents clean;
    private readonly bool isNoise;

    public SolverOutput(SamplerSettings settings, int length, bool isNoise)
    {
        slots = [.. Enumerable.Range(0, settings.Order).Select(_ => new float[length])];
        clean = new CleanLatents(settings, length);
        this.isNoise = isNoise;
    }

    public float[] this[int stepIndex] => slots[stepIndex % slots.Length];

    /// <summary>Those of the steps before one, oldest first.</summary>
    public IEnumerable<float[]> Before(int stepIndex, int beginIndex)
    {
        for (var i = Math.Max(beginIndex, stepIndex - slots.Length); i < stepIndex; i++)
        {
            yield return this[i];
        }
    }

    /// <summary>What a prediction means, not kept yet; valid until the next call.</summary>
    public float[] Read(
        ReadOnlySpan<float> latents, ReadOnlySpan<float> prediction, NoiseLevel level)
    {
        if (isNoise && !clean.IsLimited)
        {
            clean.NoiseOf(clean.Values, latents, prediction, level);
            return clean.Values;
        }

        var values = clean.Of(latents, prediction, level);
        if (isNoise)
        {
            Blend.Mix(values, 1 / level.Sigma, latents, -level.Alpha / level.Sigma, values);
        }

        return values;
    }

    /// <summary>Keeps what was read, as that of a step.</summary>
    public void Keep(int stepIndex) => clean.Values.CopyTo(this[stepIndex].AsSpan());
}
