using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Sampling.NoiseSchedules;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// The rule from one noise level to the next, through one run of one item. The loop around it:
/// <code>
/// noise.Fill(latents), each times StartScale     (or AddNoise to clean latents)
/// while (!sampler.IsDone)
///     ScaleInput(latents, input)                 what the network sees
///     prediction = network(input, Timestep)      guided, as PredictionType says
///     Step(latents, prediction)                  in place; nothing is allocated
/// </code>
/// Between any two steps the run is the latents, <see cref="StepIndex"/>, <see cref="Save"/> and
/// the state of the source of noise: put back, it goes on with the same bits.
/// </summary>
internal abstract class Sampler
{
    private readonly double[] timesteps;
    private readonly float[] drawn;

    protected Sampler(SamplerSettings settings, SamplerRun run, ReadOnlySpan<double> timesteps)
    {
        this.timesteps = timesteps.ToArray();
        if (run.BeginIndex < 0 || run.BeginIndex >= timesteps.Length)
        {
            throw new ModelException(
                $"BeginIndex: expected 0 to {timesteps.Length - 1}, found {run.BeginIndex}.");
        }

        (Settings, Run, StepIndex) = (settings, run, run.BeginIndex);
        drawn = run.Noise is null ? [] : new float[run.Length];
    }

    /// <summary>
    /// What the network is told at each of its calls: falling, except where invert_sigmas makes
    /// them rise, and not always whole. Heun's and PNDM's have more calls than steps.
    /// </summary>
    public ReadOnlySpan<double> Timesteps => timesteps;

    /// <summary>How many times the network is called over the whole schedule.</summary>
    public int StepCount => timesteps.Length;

    /// <summary>The call that is next; starts at the run's BeginIndex.</summary>
    public int StepIndex { get; private set; }

    public bool IsDone => StepIndex == StepCount;

    /// <summary>What the network is told next.</summary>
    public double Timestep => timesteps[StepIndex];

    /// <summary>What pure noise is multiplied by; diffusers' init_noise_sigma.</summary>
    public virtual double StartScale => 1;

    /// <summary>Whether Step draws noise, so that the run needs a source of it.</summary>
    public virtual bool DrawsNoise => false;

    /// <summary>Where Step draws its noise, for a checkpoint; null where none was given.</summary>
    public NoiseSource? Source => Run.Noise;

    protected SamplerSettings Settings { get; }

    protected SamplerRun Run { get; }

    /// <summary>Clean latents and noise at the call that is next.</summary>
    public abstract NoiseLevel Level { get; }

    /// <summary>Clean latents to those of the call that is next, in place.</summary>
    /// <param name="latents">Run.Length values.</param>
    /// <param name="noise">As many standard normal ones.</param>
    public void AddNoise(Span<float> latents, ReadOnlySpan<float> noise) =>
        Blend.Mix(latents, Level.Alpha, latents, Level.Sigma, noise);

    /// <summary>What the network sees of the latents: diffusers' scale_model_input.</summary>
    public virtual void ScaleInput(ReadOnlySpan<float> latents, Span<float> input) =>
        latents.CopyTo(input);

    /// <summary>Moves the latents on by one call of the network, in place and in fp32.</summary>
    /// <param name="latents">Run.Length values, before they were scaled.</param>
    /// <param name="prediction">As many, guided.</param>
    public void Step(Span<float> latents, ReadOnlySpan<float> prediction)
    {
        Expect("latents", Run.Length, latents.Length);
        Expect("prediction", Run.Length, prediction.Length);
        Advance(latents, prediction);
        StepIndex++;
    }

    /// <summary>Copies of what is remembered of earlier calls, for a checkpoint.</summary>
    public IReadOnlyList<float[]> Save() => [.. Kept.Select(values => (float[])values.Clone())];

    /// <summary>Goes on at a call, with what <see cref="Save"/> gave there.</summary>
    /// <exception cref="CheckpointException">It is not what is remembered there.</exception>
    public void Restore(int stepIndex, IReadOnlyList<float[]> history)
    {
        if (stepIndex < Run.BeginIndex || stepIndex > StepCount)
        {
            throw new CheckpointException(
                $"StepIndex: expected {Run.BeginIndex} to {StepCount}, found {stepIndex}");
        }

        StepIndex = stepIndex;
        float[][] kept = [.. Kept];
        if (kept.Length != history.Count || history.Any(values => values.Length != Run.Length))
        {
            throw new CheckpointException(
                $"History: expected {kept.Length} tensors of {Run.Length} values, found "
                + $"{history.Count} of {string.Join(", ", history.Select(v => v.Length))}");
        }

        for (var i = 0; i < kept.Length; i++)
        {
            history[i].CopyTo(kept[i].AsSpan());
        }
    }

    /// <summary>The buffers that hold what is remembered at StepIndex, oldest first.</summary>
    protected virtual IEnumerable<float[]> Kept => [];

    protected abstract void Advance(Span<float> latents, ReadOnlySpan<float> prediction);

    /// <summary>Fresh noise of the run's source; valid until the next call.</summary>
    protected ReadOnlySpan<float> Draw()
    {
        var source = Run.Noise ?? throw new InvalidOperationException(
            $"{Settings.Kind} draws noise: expected a source of it, found none.");
        source.Fill(drawn);
        return drawn;
    }

    private static void Expect(string what, int expected, int found)
    {
        if (found != expected)
        {
            throw new ArgumentException($"{what}: expected {expected} values, found {found}.");
        }
    }
}
