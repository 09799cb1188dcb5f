using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>A denoiser at one shape, with all that stays the same from step to step.</summary>
internal sealed class DenoiserCall : IDisposable
{
    private const string Timestep = "timestep";

    private readonly LatentLayout layout;
    private readonly OnnxBinding binding;
    private readonly int itemCount;
    private readonly float[] input;
    private readonly float[] timesteps;
    private readonly float[] output;

    /// <param name="session">The network.</param>
    /// <param name="layout">How it takes latents.</param>
    /// <param name="items">What each item of the batch is told.</param>
    public DenoiserCall(
        OnnxSession session,
        LatentLayout layout,
        IReadOnlyList<IReadOnlyList<ConstantInput>> items)
    {
        (this.layout, itemCount) = (layout, items.Count);
        binding = session.Bind();
        input = binding.Input(layout.Input, false, [itemCount, .. layout.InputShape]);
        timesteps = binding.Input(Timestep, false, session.Rank(Timestep) switch
        {
            0 => [],
            1 => [session.Dimension(Timestep, 0) == 1 ? 1 : itemCount],
            _ => [itemCount, layout.TokenCount],
        });
        output = binding.Output("out_sample", [itemCount, .. layout.OutputShape]);
        for (var i = 0; i < items[0].Count; i++)
        {
            Give(items.Select(item => item[i]).ToList());
        }
    }

    /// <summary>One item's output, in the layout's order; valid until the next run.</summary>
    public ReadOnlySpan<float> Output(int item) => ItemOf(output, item);

    /// <summary>Runs the network on latents, [C, F, h, w], for every item.</summary>
    public void Run(ReadOnlySpan<float> latents, double timestep, CancellationToken token)
    {
        for (var item = 0; item < itemCount; item++)
        {
            layout.Write(latents, ItemOf(input, item));
        }

        if (timesteps.Length == itemCount * layout.TokenCount && timesteps.Length > itemCount)
        {
            for (var item = 0; item < itemCount; item++)
            {
                layout.WriteTimesteps(timestep, ItemOf(timesteps, item));
            }
        }
        else
        {
            timesteps.AsSpan().Fill((float)timestep);
        }

        binding.Run(token);
    }

    public void Dispose() => binding.Dispose();

    private void Give(List<ConstantInput> inputs)
    {
        var first = inputs[0];
        if (first.Name == layout.Input)
        {
            for (var item = 0; item < itemCount; item++)
            {
                layout.WriteBeside(inputs[item].Values, ItemOf(input, item));
            }

            return;
        }

        if (first.IsShared)
        {
            first.Values.CopyTo(binding.Input(first.Name, true, first.Shape), 0);
            return;
        }

        var values = binding.Input(first.Name, true, [itemCount, .. first.Shape]);
        for (var item = 0; item < itemCount; item++)
        {
            inputs[item].Values.CopyTo(ItemOf(values, item));
        }
    }

    private Span<float> ItemOf(float[] values, int item)
    {
        var length = values.Length / itemCount;
        return values.AsSpan(item * length, length);
    }
}
