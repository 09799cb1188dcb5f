using RenderFarm.Contracts.Film;
using RenderFarm.Media.Clips;
using RenderFarm.Media.Ffmpeg;

namespace RenderFarm.Media;

/// <summary>
/// Decodes the videos that shots make anew, fitted to a size, a rate and a number of frames.
/// </summary>
public sealed class VideoReader(TimeProvider time)
{
    /// <summary>The most pixels that a frame of a video may have: those of 8K.</summary>
    public const int MostPixels = 7680 * 4320;

    // What cameras, phones, editors and this farm write; other decoders have seen less abuse.
    private const string Decoders =
        "h264,hevc,av1,libdav1d,libaom-av1,vp8,vp9,libvpx,libvpx-vp9,mpeg4,mjpeg,prores,png";

    // Containers round the moment of a frame to a millisecond. It is therefore looked for two
    // milliseconds late, so that a frame that is due is not missed by one.
    private const int ClockRate = 90_000;
    private const int Tolerance = ClockRate / 500;

    /// <summary>
    /// Decodes the frames that are on the screen at 0, 1, 2 ... frames of the given rate from the
    /// video's first frame on. A longer video is cut; of a shorter one the last frame is held. Each
    /// is scaled to cover the size, and cut around its centre; of that size it keeps every pixel.
    /// </summary>
    /// <param name="path">An MP4, MOV, WebM or Matroska file.</param>
    /// <param name="size">The size that is wanted.</param>
    /// <param name="rate">The rate that is wanted.</param>
    /// <param name="frameCount">How many frames are wanted.</param>
    /// <param name="cancellationToken">Kills ffmpeg.</param>
    /// <returns>RGB24 rows from the top, width × height × 3 bytes, for each frame.</returns>
    /// <exception cref="InvalidDataException">It is no video, is damaged, or too large.</exception>
    public async Task<IReadOnlyList<byte[]>> ReadRgbAsync(
        string path, FrameSize size, FrameRate rate, int frameCount,
        CancellationToken cancellationToken)
    {
        var format = await ClipInspector.FindFormatAsync(path, cancellationToken);
        var frames = new List<byte[]>(frameCount);
        try
        {
            await using var ffmpeg = FfmpegProcess.Start(
                Arguments(path, format, size, rate, frameCount), null, time, cancellationToken);
            ffmpeg.CloseInput();
            while (frames.Count < frameCount)
            {
                var frame = new byte[checked((int)(size.PixelCount * 3))];
                if (await ffmpeg.ReadAsync(frame) < frame.Length)
                {
                    break;
                }

                frames.Add(frame);
            }

            await ffmpeg.FinishAsync();
        }
        catch (FfmpegException problem) when (problem.ExitCode is not null)
        {
            throw new InvalidDataException(
                $"the video does not decode: {problem.ErrorLines}", problem);
        }

        if (frames.Count == 0)
        {
            throw new InvalidDataException("the video has no picture");
        }

        // A held frame is the same array: nobody writes to what is read here.
        frames.AddRange(Enumerable.Repeat(frames[^1], frameCount - frames.Count));
        return frames;
    }

    private static IEnumerable<string> Arguments(
        string path, string format, FrameSize size, FrameRate rate, int frameCount) =>
    [
        "-timelimit", "600", "-max_alloc", "1000000000", "-xerror", "-err_detect", "explode",
        "-max_pixels", $"{MostPixels}", "-codec_whitelist", Decoders,
        .. ClipEncoding.Input(format, path), "-map", "0:v:0", "-vf",
        $"settb=1/{ClockRate},setpts=PTS-STARTPTS-{Tolerance},"
        + $"fps=fps={rate.Numerator}/{rate.Denominator}:round=up,"
        + $"scale={size.Width}:{size.Height}"
        + ":force_original_aspect_ratio=increase:flags=lanczos+accurate_rnd"
        + $"+full_chroma_int+bitexact,crop={size.Width}:{size.Height},format=rgb24",
        "-fps_mode", "passthrough", "-frames:v", $"{frameCount}", "-f", "rawvideo", "pipe:1",
    ];
}
