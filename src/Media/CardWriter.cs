using System.Globalization;
using RenderFarm.Contracts.Film;
using RenderFarm.Media.Clips;
using RenderFarm.Media.Ffmpeg;
using RenderFarm.Media.Reels;

namespace RenderFarm.Media;

/// <summary>
/// Makes the card that stands in a film for a shot without a clip: dark, with the shot's name, and
/// encoded as every clip is, so that it joins them as it is.
/// </summary>
public sealed class CardWriter(TimeProvider time)
{
    // The IPTC's name for pictures that a program drew, and no trained model.
    private const string AlgorithmicMedia =
        "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia";

    private const string Word = "missing";
    private const int SmallestFont = 6;

    /// <summary>Writes a card. The same shot, size, rate and length give the same bytes.</summary>
    /// <param name="shotId">The shot's name, which is shown.</param>
    /// <param name="size">Frame size; both sides even.</param>
    /// <param name="rate">Frame rate.</param>
    /// <param name="frameCount">How long it is; at least 1.</param>
    /// <param name="path">Where it goes; its last frame goes beside it, as a clip's does.</param>
    /// <param name="cancellationToken">Kills ffmpeg and leaves no file.</param>
    /// <exception cref="FfmpegException">ffmpeg failed, as when the disk is full.</exception>
    public async Task<ClipFile> WriteAsync(
        string shotId, FrameSize size, FrameRate rate, int frameCount, string path,
        CancellationToken cancellationToken)
    {
        ClipEncoding.Check(size, rate);
        var slate = new Slate
        {
            ShotId = shotId,
            AttemptId = "",
            RenderKey = "",
            Model = "",
            ModelDigest = "",
            Seed = 0,
            WorkerId = "",
            DigitalSourceType = AlgorithmicMedia,
        };
        var folder = path + ".card";
        Directory.CreateDirectory(folder);
        try
        {
            var picture = await DrawAsync(shotId, size, folder, cancellationToken);
            return await new ClipWriter(time).WriteAsync(
                Repeat(picture, frameCount), size, rate, frameCount, slate, path,
                cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The card as one RGB24 picture. Its words go to ffmpeg in files.</summary>
    private async Task<byte[]> DrawAsync(
        string shotId, FrameSize size, string folder, CancellationToken cancellationToken)
    {
        var raw = Path.Combine(folder, "card.rgb");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "shot.txt"), Clean(shotId), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "word.txt"), Word, cancellationToken);
        await FfmpegProcess.RunAsync(
            [
                "-f", "lavfi", "-i", $"color=c=0x181818:s={size}:r=1:d=1,format=rgb24",
                "-vf", Filter(shotId, size), "-frames:v", "1", "-pix_fmt", "rgb24",
                "-f", "rawvideo", ClipEncoding.ToUrl(raw),
            ],
            folder, null, time, cancellationToken);
        return await File.ReadAllBytesAsync(raw, cancellationToken);
    }

    private static string Filter(string shotId, FrameSize size)
    {
        if (!File.Exists(ContactSheet.Font))
        {
            return "null";
        }

        // A letter of this font is about six tenths as wide as it is high.
        var letters = Math.Max(Clean(shotId).Length, Word.Length);
        var font = Math.Max(
            SmallestFont, Math.Min(size.Height / 6, (int)(size.Width * 1.5 / letters)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Line("shot.txt", font, "0xE8E8E8", "h/2-1.4*text_h")},"
            + $"{Line("word.txt", font, "0x909090", "h/2+0.4*text_h")}");
    }

    private static string Line(string file, int font, string colour, string y) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"drawtext=fontfile={ContactSheet.Font}:textfile={file}:expansion=none"
            + $":fontcolor={colour}:fontsize={font}:x=(w-text_w)/2:y={y}");

    private static string Clean(string shotId) =>
        new([.. shotId.Select(letter => char.IsControl(letter) ? ' ' : letter)]);

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Repeat(byte[] picture, int count)
    {
        for (var index = 0; index < count; index++)
        {
            yield return picture;
            await Task.CompletedTask;
        }
    }
}
