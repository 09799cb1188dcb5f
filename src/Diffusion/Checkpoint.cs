using RenderFarm.Diffusion.Checkpoints;

namespace RenderFarm.Diffusion;

/// <summary>
/// A clip half made, between two denoising steps: all that is needed, beside its request and its
/// model, to make the rest of it with the frames that it would have had. Immutable.
/// </summary>
public sealed class Checkpoint
{
    internal Checkpoint(CheckpointOrigin origin, ClipPoint point, StepProgress step) =>
        (Origin, Point, Step) = (origin, point, step);

    /// <summary>The last step that is done, counted over all takes; 0 before the first.</summary>
    public int StepNumber => Step.StepNumber;

    /// <summary>How many steps the clip takes, with all its takes.</summary>
    public int StepCount => Step.StepCount;

    internal CheckpointOrigin Origin { get; }

    internal ClipPoint Point { get; }

    internal StepProgress Step { get; }

    /// <summary>
    /// The checkpoint as a file, with its digest. Takes as long as hashing the latents does, so it
    /// does not belong on the thread that renders.
    /// </summary>
    public byte[] ToBytes() => CheckpointFile.Write(this);
}
