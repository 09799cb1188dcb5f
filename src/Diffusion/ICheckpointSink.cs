namespace RenderFarm.Diffusion;

/// <summary>Decides when a clip under way is worth a checkpoint, and keeps it.</summary>
public interface ICheckpointSink
{
    /// <summary>
    /// Called on the thread that renders after each denoising step, and once more when the clip is
    /// cancelled, with the last step that was done. Must return soon: the next step waits.
    /// </summary>
    /// <param name="step">How far the clip is.</param>
    /// <param name="take">
    /// Copies the latents, and nothing that is larger. Good only until this call returns.
    /// </param>
    void Offer(StepProgress step, Func<Checkpoint> take);
}
