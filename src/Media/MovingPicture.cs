using System.Globalization;
using RenderFarm.Media.Ffmpeg;

namespace RenderFarm.Media;

/// <summary>
/// A small moving picture of a film, for a page or a chat: animated WebP, without sound, played
/// round and round.
/// </summary>
public sealed class MovingPicture(TimeProvider time)
{
    /// <summary>What it shows of a longer film, from its beginning.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromSeconds(30);

    /// <summary>Pictures a second; fewer than a film has, so that it stays small.</summary>
    public const int Rate = 8;

    /// <summary>Its width in pixels; a narrower film keeps its own.</summary>
    public const int Width = 320;

    /// <summary>Writes it, whole or not at all.</summary>
    /// <param name="film">A film on this machine's disk.</param>
    /// <param name="path">Where to, ending in <c>.webp</c>.</param>
    /// <param name="cancellationToken">Kills ffmpeg and leaves no file.</param>
    /// <exception cref="FfmpegException">ffmpeg failed, or has no encoder for WebP.</exception>
    public async Task WriteAsync(string film, string path, CancellationToken cancellationToken)
    {
        var part = $"{path}.part";
        var seconds = LongestTime.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        try
        {
            await FfmpegProcess.RunAsync(
                [
                    "-i", film, "-t", seconds, "-an",
                    "-vf", $"fps={Rate},scale='min({Width},iw)':-2:flags=area",
                    "-c:v", "libwebp_anim", "-loop", "0", "-quality", "70", "-f", "webp", part,
                ],
                null, null, time, cancellationToken);
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }
}
