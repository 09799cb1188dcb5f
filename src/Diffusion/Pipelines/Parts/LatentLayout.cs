namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>
/// Where a family's denoiser wants the latents, [C, F, h, w], and what goes beside them.
/// </summary>
internal abstract class LatentLayout(LatentShape shape)
{
    /// <summary>The signature's name of the input.</summary>
    public abstract string Input { get; }

    public LatentShape Shape => shape;

    /// <summary>The shape of one item's input, without the axis of the batch.</summary>
    public abstract long[] InputShape { get; }

    /// <summary>The shape of one item's output.</summary>
    public abstract long[] OutputShape { get; }

    /// <summary>Tokens that a timestep of its own can be told for.</summary>
    public virtual int TokenCount => shape.ChannelLength;

    /// <summary>What an item is given in further channels of the latents' own tensor.</summary>
    public ConstantInput Beside(float[] given) => new(Input, given, given.Length);

    /// <summary>Writes that into one item's input, where it stays.</summary>
    public virtual void WriteBeside(ReadOnlySpan<float> given, Span<float> input) =>
        throw new InvalidOperationException($"{Input} has no further channels.");

    /// <summary>Writes latents into one item's input.</summary>
    public abstract void Write(ReadOnlySpan<float> latents, Span<float> input);

    /// <summary>Reads one item's output as [C, F, h, w].</summary>
    public abstract void Read(ReadOnlySpan<float> output, Span<float> prediction);

    /// <summary>What one item is told for each of its tokens.</summary>
    public virtual void WriteTimesteps(double timestep, Span<float> tokens) =>
        tokens.Fill((float)timestep);
}
