namespace RenderFarm.Diffusion;

/// <summary>The end of a clip, from which another one goes on with its movement.</summary>
/// <param name="Frames">
/// Its last five frames as the model rendered them, side by side, oldest first: 5 w x h.
/// </param>
/// <param name="FramesPast">
/// How many frames of the film come after the last of them: 0, or fewer than Interpolation where
/// the clip ends between two of the model's frames.
/// </param>
public sealed record ClipTail(RgbImage Frames, int FramesPast)
{
    /// <summary>How many frames it holds.</summary>
    public const int FrameCount = 5;
}
