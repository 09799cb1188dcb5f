using RenderFarm.Contracts.Film;
using RenderFarm.Media.Clips;
using RenderFarm.Media.Ffmpeg;

namespace RenderFarm.Media;

/// <summary>Writes images as PNG, which keeps every pixel.</summary>
public sealed class ImageWriter(TimeProvider time)
{
    /// <summary>Writes one image.</summary>
    /// <param name="pixels">RGB24 rows from the top, width × height × 3 bytes.</param>
    /// <param name="size">Its size.</param>
    /// <param name="path">Where it goes; what is there is replaced.</param>
    /// <param name="cancellationToken">Kills ffmpeg.</param>
    /// <exception cref="FfmpegException">ffmpeg failed, as when the disk is full.</exception>
    public async Task WriteRgbAsync(
        ReadOnlyMemory<byte> pixels, FrameSize size, string path,
        CancellationToken cancellationToken)
    {
        await using var ffmpeg = FfmpegProcess.Start(
            [
                .. ClipEncoding.RawInput(size, new FrameRate(1, 1), "rgb24"), "-frames:v", "1",
                "-c:v", "png", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-f", "image2",
                "-update", "1", ClipEncoding.ToUrl(path),
            ],
            null, time, cancellationToken);
        await ffmpeg.WriteAsync(pixels);
        await ffmpeg.FinishAsync();
    }
}
