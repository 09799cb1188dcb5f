using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>The denoiser at one shape, with all that stays the same from step to step.</summary>
internal sealed class DenoiserRun : IDisposable
{
    /// <summary>The timestep at which there is nothing but noise.</summary>
    private const float LastTimestep = 1000;

    private readonly OnnxBinding binding;
    private readonly GivenLatents given;
    private readonly LatentShape shape;
    private readonly int batchCount;
    private readonly float guidanceScale;
    private readonly float[] hidden;
    private readonly float[] timesteps;
    private readonly float[] velocity;

    public DenoiserRun(
        OnnxBinding binding,
        TextEmbeddings embeddings,
        GivenLatents given,
        double guidanceScale)
    {
        this.binding = binding;
        this.given = given;
        this.guidanceScale = (float)guidanceScale;
        (shape, batchCount) = (given.Shape, embeddings.BatchCount);
        var (length, width) = (embeddings.Length, embeddings.Width);
        var channels = (2 * shape.ChannelCount) + 1;
        hidden = binding.Input("hidden_states", false, shape.Batch(batchCount, channels));
        timesteps = binding.Input("timestep", false, batchCount);
        embeddings.Values.CopyTo(
            binding.Input("encoder_hidden_states", true, batchCount, length, width), 0);
        embeddings.Mask.CopyTo(
            binding.Input("encoder_attention_mask", true, batchCount, length), 0);
        velocity = binding.Output("out_sample", shape.Batch(batchCount, shape.ChannelCount));
        for (var item = 0; item < batchCount; item++)
        {
            var rest = Item(item)[shape.Length..];
            given.Values.CopyTo(rest);
            given.Mask.CopyTo(rest[shape.Length..]);
        }
    }

    /// <summary>The guided velocity, [C, F, h, w], valid until the next call.</summary>
    /// <param name="latents">[C, F, h, w].</param>
    /// <param name="timestep">What the network is told.</param>
    /// <param name="token">Ends the run.</param>
    public ReadOnlySpan<float> Predict(
        ReadOnlySpan<float> latents,
        double timestep,
        CancellationToken token)
    {
        for (var item = 0; item < batchCount; item++)
        {
            latents.CopyTo(Item(item));
        }

        timesteps.AsSpan().Fill((float)timestep);
        binding.Run(token);

        // [unconditional, conditional]: away from the one, along the way to the other.
        var guided = velocity.AsSpan(0, shape.Length);
        if (batchCount == 2)
        {
            var conditional = velocity.AsSpan(shape.Length);
            for (var i = 0; i < guided.Length; i++)
            {
                guided[i] += guidanceScale * (conditional[i] - guided[i]);
            }
        }

        KeepKnown(guided, latents, (float)timestep / LastTimestep);
        return guided;
    }

    public void Dispose() => binding.Dispose();

    /// <summary>
    /// What is known goes straight from its noise to itself, as in training: (x - given) / sigma.
    /// </summary>
    private void KeepKnown(Span<float> guided, ReadOnlySpan<float> latents, float sigma)
    {
        var length = given.KnownCount * shape.FrameLength;
        for (var channel = 0; channel < shape.ChannelCount && length > 0; channel++)
        {
            var from = channel * shape.ChannelLength;
            for (var i = from; i < from + length; i++)
            {
                guided[i] = (latents[i] - given.Values[i]) / sigma;
            }
        }
    }

    private Span<float> Item(int item)
    {
        var length = hidden.Length / batchCount;
        return hidden.AsSpan(item * length, length);
    }
}
