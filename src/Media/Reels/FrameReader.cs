using System.Runtime.CompilerServices;
using RenderFarm.Contracts.Film;
using RenderFarm.Media.Clips;
using RenderFarm.Media.Ffmpeg;

namespace RenderFarm.Media.Reels;

/// <summary>Decodes a run of a clip's frames, 4:2:0 planar, exactly as they are stored.</summary>
internal sealed class FrameReader(FrameSize size, TimeProvider time)
{
    /// <summary>Frames from the first up to, not including, the end, counted from 0.</summary>
    /// <returns>Every frame in the same array: it is used again for the next.</returns>
    /// <exception cref="InvalidDataException">The clip holds fewer frames.</exception>
    public async IAsyncEnumerable<byte[]> ReadAsync(
        string path, int first, int end,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (first >= end)
        {
            yield break;
        }

        await using var ffmpeg = FfmpegProcess.Start(
            [
                "-xerror", "-err_detect", "explode", .. ClipEncoding.Input("mov", path),
                "-map", "0:v:0", "-vf", $"trim=start_frame={first}:end_frame={end}",
                "-fps_mode", "passthrough", "-pix_fmt", "yuv420p", "-f", "rawvideo", "pipe:1",
            ],
            null, time, cancellationToken);
        var frame = new byte[FrameMix.ByteCount(size)];
        for (var index = first; index < end; index++)
        {
            if (await ffmpeg.ReadAsync(frame) < frame.Length)
            {
                await ffmpeg.FinishAsync();
                throw new InvalidDataException(
                    $"{Path.GetFileName(path)} ends before its frame {index}");
            }

            yield return frame;
        }

        await ffmpeg.FinishAsync();
    }
}
