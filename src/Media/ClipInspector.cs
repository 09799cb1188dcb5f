using RenderFarm.Contracts.Film;
using RenderFarm.Media.Clips;
using RenderFarm.Media.Ffmpeg;

namespace RenderFarm.Media;

/// <summary>
/// Says what a clip or a reel really holds, by decoding all of it. ffmpeg's exit code and a file's
/// header prove nothing: a clip that is cut off joins into a film without a word.
/// </summary>
public sealed class ClipInspector(TimeProvider time)
{
    /// <summary>Decodes a whole MP4 or WebM file and counts its frames.</summary>
    /// <exception cref="InvalidDataException">It is neither, or is damaged or cut off.</exception>
    public Task<int> CountFramesAsync(string path, CancellationToken cancellationToken) =>
        DecodeAsync(path, [], null, null, cancellationToken);

    /// <summary>Decodes a whole clip and says what it is.</summary>
    /// <exception cref="InvalidDataException">
    /// It is no clip, is damaged or cut off, or its header says another number of frames.
    /// </exception>
    public async Task<ClipFacts> InspectAsync(string path, CancellationToken cancellationToken)
    {
        var header = ClipHeader.Read(path);
        var frameCount = await CountFramesAsync(path, cancellationToken);
        return header.FrameCount != frameCount
            ? throw new InvalidDataException(
                $"{Path.GetFileName(path)} says it has {header.FrameCount} frames; "
                + $"{frameCount} decode")
            : new ClipFacts
            {
                Codec = header.Codec,
                Size = header.Size,
                FrameRate = header.Rate,
                FrameCount = frameCount,
                CutPoints = header.Keyframes,
                Slate = header.Slate,
            };
    }

    /// <summary>True when two fractions are the same rate.</summary>
    internal static bool SameRate(FrameRate left, FrameRate right) =>
        (long)left.Numerator * right.Denominator == (long)right.Numerator * left.Denominator;

    /// <summary>Decodes a file once: for its count, and for other outputs on the way.</summary>
    internal async Task<int> DecodeAsync(
        string path, IEnumerable<string> otherOutput, string? folder, Action<int>? onFrames,
        CancellationToken cancellationToken)
    {
        var format = await FindFormatAsync(path, cancellationToken);
        if (format == "mov")
        {
            // ffmpeg goes out of its way to read broken headers; nobody else's player would.
            ClipHeader.Read(path);
        }

        try
        {
            return await FfmpegProcess.RunAsync(
                [
                    "-xerror", "-err_detect", "explode", .. ClipEncoding.Input(format, path),
                    "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "null", "-",
                    .. otherOutput,
                ],
                folder, onFrames, time, cancellationToken);
        }
        catch (FfmpegException problem) when (problem.ExitCode is not null)
        {
            throw new InvalidDataException(
                $"{Path.GetFileName(path)} does not decode: {problem.ErrorLines}", problem);
        }
    }

    /// <summary>The demuxer of a file, by its first bytes.</summary>
    /// <exception cref="InvalidDataException">It is neither an MP4 nor a WebM file.</exception>
    internal static async Task<string> FindFormatAsync(
        string path, CancellationToken cancellationToken)
    {
        var head = new byte[8];
        await using var file = File.OpenRead(path);
        await file.ReadAtLeastAsync(head, 8, throwOnEndOfStream: false, cancellationToken);
        return head switch
        {
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p'] => "mov",
            [0x1A, 0x45, 0xDF, 0xA3, ..] => "matroska",
            _ => throw new InvalidDataException(
                $"{Path.GetFileName(path)} is neither an MP4 nor a WebM file"),
        };
    }
}
