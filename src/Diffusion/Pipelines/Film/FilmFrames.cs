using RenderFarm.Diffusion.Companions;

namespace RenderFarm.Diffusion.Pipelines.Film;

/// <summary>
/// A clip's frames at the rate of the film and the size of the model, some at a time: the model's
/// own, and those between them.
/// </summary>
internal sealed class FilmFrames(DecodedClip clip, FilmSpan span, Interpolator? interpolator)
    : IDisposable
{
    private readonly PictureRun? between = interpolator?.Start(clip.Width, clip.Height);
    private readonly List<(int Slot, int Left)> gaps = [];

    public int Width => clip.Width;

    public int Height => clip.Height;

    /// <summary>Values of one frame, [3, H, W].</summary>
    public int FrameLength => clip.FrameLength;

    /// <summary>
    /// Reads frames of the film to [count, 3, H, W]. One before the first or after the last is
    /// that frame itself, or its neighbour across the seam of a loop.
    /// </summary>
    public void Read(int first, int count, Span<float> frames, CancellationToken token)
    {
        gaps.Clear();
        for (var slot = 0; slot < count; slot++)
        {
            var (frame, rest) = Math.DivRem(
                span.Position(InFilm(first + slot)), span.Interpolation);
            if (rest == 0)
            {
                clip.CopyFrame(frame, frames.Slice(slot * FrameLength, FrameLength));
            }
            else
            {
                gaps.Add((slot, frame));
            }
        }

        if (gaps.Count > 0)
        {
            Fill(frames, token);
        }
    }

    public void Dispose() => between?.Dispose();

    private void Fill(Span<float> frames, CancellationToken token)
    {
        var pairs = between!.Input(gaps.Count);
        for (var gap = 0; gap < gaps.Count; gap++)
        {
            var pair = pairs.Slice(gap * 2 * FrameLength, 2 * FrameLength);
            clip.CopyFrame(gaps[gap].Left, pair);
            clip.CopyFrame(gaps[gap].Left + 1, pair[FrameLength..]);
        }

        var made = between.Run(gaps.Count, token).Span;
        for (var gap = 0; gap < gaps.Count; gap++)
        {
            made.Slice(gap * FrameLength, FrameLength)
                .CopyTo(frames[(gaps[gap].Slot * FrameLength)..]);
        }
    }

    private int InFilm(int index) => span.IsLoop
        ? (index + span.FrameCount) % span.FrameCount
        : Math.Clamp(index, 0, span.FrameCount - 1);
}
