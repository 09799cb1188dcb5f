using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>One network, guided by a prompt away from a negative prompt.</summary>
internal sealed class GuidedDenoiser : IDenoiserRun
{
    private readonly LatentLayout layout;
    private readonly Guidance guidance;
    private readonly DenoiserCall? both;
    private readonly DenoiserCall? plain;
    private readonly Lazy<DenoiserCall> worded;
    private readonly float[] guided;
    private readonly float[] prompted;

    /// <param name="scope">Owns its tensors.</param>
    /// <param name="session">The network.</param>
    /// <param name="layout">How it takes latents.</param>
    /// <param name="negative">What it is told of the negative prompt.</param>
    /// <param name="prompt">What it is told of the prompt.</param>
    /// <param name="guidance">How the two become one.</param>
    /// <param name="isSplit">They are two calls rather than a batch of two.</param>
    public GuidedDenoiser(
        ClipScope scope,
        OnnxSession session,
        LatentLayout layout,
        IReadOnlyList<ConstantInput> negative,
        IReadOnlyList<ConstantInput> prompt,
        Guidance guidance,
        bool isSplit)
    {
        (this.layout, this.guidance) = (layout, guidance);
        guided = new float[layout.Shape.Length];
        prompted = new float[layout.Shape.Length];
        worded = new(() => scope.Call(session, layout, prompt));
        if (guidance.IsUsed && isSplit)
        {
            plain = scope.Call(session, layout, negative);
        }
        else if (guidance.IsUsed)
        {
            both = scope.Call(session, layout, negative, prompt);
        }
    }

    public int KindOf(double timestep, double part) => guidance.IsOn(part) ? 1 : 0;

    public ReadOnlySpan<float> Predict(
        ReadOnlySpan<float> latents, double timestep, double part, CancellationToken token)
    {
        if (!guidance.IsOn(part))
        {
            worded.Value.Run(latents, timestep, token);
            layout.Read(worded.Value.Output(0), guided);
            return guided;
        }

        if (both is not null)
        {
            both.Run(latents, timestep, token);
            layout.Read(both.Output(0), guided);
            layout.Read(both.Output(1), prompted);
        }
        else
        {
            plain!.Run(latents, timestep, token);
            layout.Read(plain.Output(0), guided);
            worded.Value.Run(latents, timestep, token);
            layout.Read(worded.Value.Output(0), prompted);
        }

        guidance.Mix(guided, prompted);
        return guided;
    }
}
