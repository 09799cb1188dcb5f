using RenderFarm.Diffusion.Onnx;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>One network, guided by a prompt away from a negative prompt.</summary>
internal sealed class GuidedDenoiser : IDenoiserRun
{
    private readonly LatentLayout layout;
    private readonly Guidance guidance;
    private readonly MemoryLadder ladder;
    private readonly DenoiserCall? both;
    private readonly Lazy<DenoiserCall> plain;
    private readonly Lazy<DenoiserCall> worded;
    private readonly float[] guided;
    private readonly float[] prompted;

    /// <param name="scope">Owns its tensors.</param>
    /// <param name="session">The network.</param>
    /// <param name="layout">How it takes latents.</param>
    /// <param name="negative">What it is told of the negative prompt.</param>
    /// <param name="prompt">What it is told of the prompt.</param>
    /// <param name="guidance">How the two become one.</param>
    /// <param name="ladder">Whether the two are a batch of two, or a call each.</param>
    public GuidedDenoiser(
        ClipScope scope,
        OnnxSession session,
        LatentLayout layout,
        IReadOnlyList<ConstantInput> negative,
        IReadOnlyList<ConstantInput> prompt,
        Guidance guidance,
        MemoryLadder ladder)
    {
        (this.layout, this.guidance, this.ladder) = (layout, guidance, ladder);
        guided = new float[layout.Shape.Length];
        prompted = new float[layout.Shape.Length];
        plain = new(() => scope.Call(session, layout, negative));
        worded = new(() => scope.Call(session, layout, prompt));
        if (guidance.IsUsed && !ladder.IsGuidanceSplit)
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

        if (!TryBoth(latents, timestep, token))
        {
            plain.Value.Run(latents, timestep, token);
            layout.Read(plain.Value.Output(0), guided);
            worded.Value.Run(latents, timestep, token);
            layout.Read(worded.Value.Output(0), prompted);
        }

        guidance.Mix(guided, prompted);
        return guided;
    }

    /// <summary>Both as a batch of two; false where that is not done, or does not fit.</summary>
    private bool TryBoth(ReadOnlySpan<float> latents, double timestep, CancellationToken token)
    {
        if (both is null || ladder.IsGuidanceSplit)
        {
            return false;
        }

        try
        {
            both.Run(latents, timestep, token);
        }
        catch (OutOfDeviceMemoryException) when (ladder.TrySplitGuidance())
        {
            return false;
        }

        layout.Read(both.Output(0), guided);
        layout.Read(both.Output(1), prompted);
        return true;
    }
}
