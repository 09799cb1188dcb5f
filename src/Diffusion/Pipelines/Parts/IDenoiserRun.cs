namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>Predictions for one clip, whatever networks they come from.</summary>
internal interface IDenoiserRun
{
    /// <summary>
    /// Which networks predict there, and whether they are guided: predictions of unlike kinds
    /// follow from one another no more than those of unlike models.
    /// </summary>
    /// <param name="timestep">What the network is told.</param>
    /// <param name="part">The part of the steps that is done, 0 to 1.</param>
    /// <returns>From 0.</returns>
    int KindOf(double timestep, double part);

    /// <summary>The guided prediction, [C, F, h, w], valid until the next call.</summary>
    /// <param name="latents">[C, F, h, w], as the sampler scales them.</param>
    /// <param name="timestep">What the network is told.</param>
    /// <param name="part">The part of the steps that is done, 0 to 1.</param>
    /// <param name="token">Ends the run of a network.</param>
    ReadOnlySpan<float> Predict(
        ReadOnlySpan<float> latents, double timestep, double part, CancellationToken token);
}
