using RenderFarm.Diffusion.Companions;

namespace RenderFarm.Diffusion.Pipelines.Film;

/// <summary>
/// A decoded clip to the frames of the film, a few at a time, so that they can be encoded while
/// the next ones are made.
/// </summary>
internal static class FilmStream
{
    /// <summary>Pixels of the model's size that are worked on at once.</summary>
    private const int BatchPixels = 64 * 1024;

    /// <param name="clip">The clip.</param>
    /// <param name="span">What of it is shown.</param>
    /// <param name="interpolator">Null where the span needs none.</param>
    /// <param name="upscaler">Null where the film has the model's size.</param>
    /// <param name="token">Ends it within one run of a network.</param>
    public static IEnumerable<ReadOnlyMemory<byte>> Frames(
        DecodedClip clip,
        FilmSpan span,
        Interpolator? interpolator,
        Upscaler? upscaler,
        CancellationToken token)
    {
        using var film = new FilmFrames(clip, span, interpolator);
        using var enlarging = upscaler?.Start(film);
        var batchCount = Math.Clamp(BatchPixels / clip.PlaneLength, 1, span.FrameCount);
        var plain = new float[enlarging is null ? batchCount * film.FrameLength : 0];
        for (var first = 0; first < span.FrameCount; first += batchCount)
        {
            token.ThrowIfCancellationRequested();
            var count = Math.Min(batchCount, span.FrameCount - first);
            ReadOnlyMemory<float> frames = plain;
            if (enlarging is null)
            {
                film.Read(first, count, plain, token);
            }
            else
            {
                frames = enlarging.Read(first, count, token);
            }

            var length = enlarging?.FrameLength ?? film.FrameLength;
            for (var frame = 0; frame < count; frame++)
            {
                yield return PixelFormat.ToRgb(frames.Span.Slice(frame * length, length));
            }
        }
    }
}
