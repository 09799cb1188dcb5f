using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Companions;

/// <summary>The upscaler over one clip's frames, read once from the first to the last.</summary>
internal sealed class UpscalerRun(FilmFrames film, OnnxSession session, int scale) : IDisposable
{
    /// <summary>The channels of three frames.</summary>
    public const int ChannelCount = 9;

    private readonly PictureRun run =
        new(session, ChannelCount, film.Width, film.Height, scale);

    private float[] window = [];
    private int readCount;
    private int next;

    /// <summary>Values of one enlarged frame, [3, S * H, S * W].</summary>
    public int FrameLength => run.SampleLength;

    /// <summary>Enlarges the next frames; valid until the next call.</summary>
    /// <param name="first">The frame after the last one that was read.</param>
    /// <param name="count">No more than at the first call.</param>
    /// <param name="token">Ends the run.</param>
    public ReadOnlyMemory<float> Read(int first, int count, CancellationToken token)
    {
        var length = film.FrameLength;
        if (first == 0)
        {
            window = new float[(count + 2) * length];
            film.Read(-1, count + 2, window, token);
        }
        else
        {
            // The last two frames of the window are the first two of this one.
            ArgumentOutOfRangeException.ThrowIfNotEqual(first, next);
            window.AsSpan(readCount * length, 2 * length).CopyTo(window);
            film.Read(first + 1, count, window.AsSpan(2 * length), token);
        }

        (next, readCount) = (first + count, count);
        var input = run.Input(count);
        for (var frame = 0; frame < count; frame++)
        {
            window.AsSpan(frame * length, 3 * length)
                .CopyTo(input[(frame * 3 * length)..]);
        }

        return run.Run(count, token);
    }

    public void Dispose() => run.Dispose();
}
