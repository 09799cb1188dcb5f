namespace RenderFarm.Diffusion.Sampling;

/// <summary>The rule from one sigma to the next for networks that predict a velocity.</summary>
internal static class EulerSampler
{
    /// <summary>The name requests and manifests use.</summary>
    public const string Name = "euler";

    /// <summary>Moves the latents from one sigma to the next, in place and in fp32.</summary>
    /// <param name="latents">The latents at <paramref name="sigma"/>.</param>
    /// <param name="velocity">Noise minus clean latents, as the network predicts it.</param>
    /// <param name="sigma">How much noise is left now.</param>
    /// <param name="nextSigma">How much is to be left.</param>
    public static void Step(
        Span<float> latents,
        ReadOnlySpan<float> velocity,
        double sigma,
        double nextSigma)
    {
        var change = (float)(nextSigma - sigma);
        for (var i = 0; i < latents.Length; i++)
        {
            latents[i] += change * velocity[i];
        }
    }
}
