using System.Security.Cryptography;
using RenderFarm.Contracts.Film;
using RenderFarm.Media.Clips;
using RenderFarm.Media.Ffmpeg;

namespace RenderFarm.Media;

/// <summary>
/// Turns frames into a clip: raw RGB over ffmpeg's standard input, one frame in memory at a time.
/// </summary>
/// <remarks>
/// The same frames, rate and slate give the same bytes. What comes out is H.264, 4:2:0, BT.709,
/// with a keyframe every few frames, and joins any other clip of its size and rate as it is.
/// </remarks>
public sealed class ClipWriter(TimeProvider time)
{
    /// <summary>Writes a clip, decodes it, counts its frames, and writes its last frame.</summary>
    /// <param name="frames">
    /// RGB24 rows from the top, width × height × 3 bytes each. A frame is read before the next is
    /// asked for, so that its memory can be used again.
    /// </param>
    /// <param name="size">Frame size; both sides even.</param>
    /// <param name="rate">Frame rate.</param>
    /// <param name="frameCount">How many frames there must be; at least 1.</param>
    /// <param name="slate">What is stamped in the file.</param>
    /// <param name="path">
    /// Where the clip goes; it appears there when it is whole. The last frame goes beside it, with
    /// the extension <c>.png</c>.
    /// </param>
    /// <param name="cancellationToken">Kills ffmpeg and leaves no file.</param>
    /// <exception cref="InvalidDataException">More or fewer frames came, or of another size, or
    /// the file does not hold them.</exception>
    /// <exception cref="FfmpegException">ffmpeg failed, as when the disk is full.</exception>
    public async Task<ClipFile> WriteAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> frames, FrameSize size, FrameRate rate,
        int frameCount, Slate slate, string path, CancellationToken cancellationToken)
    {
        ClipEncoding.Check(size, rate);
        ArgumentOutOfRangeException.ThrowIfLessThan(frameCount, 1);
        var unfinished = path + ".part";
        var lastFramePath = Path.ChangeExtension(path, ".png");
        try
        {
            var lastFrame = await EncodeAsync(
                frames, size, rate, frameCount, slate, unfinished, cancellationToken);
            await ProvenanceMark.AppendAsync(unfinished, cancellationToken);
            await CheckAsync(unfinished, size, rate, frameCount, cancellationToken);
            await new ImageWriter(time).WriteRgbAsync(
                lastFrame, size, lastFramePath, cancellationToken);
            var sha256 = await HashAsync(unfinished, cancellationToken);
            File.Move(unfinished, path, overwrite: true);
            return new ClipFile
            {
                Path = path,
                LastFramePath = lastFramePath,
                Sha256 = sha256,
                ByteCount = new FileInfo(path).Length,
                FrameCount = frameCount,
            };
        }
        catch
        {
            foreach (var remains in new[] { unfinished, lastFramePath }.Where(File.Exists))
            {
                File.Delete(remains);
            }

            throw;
        }
    }

    internal static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }

    private async Task<byte[]> EncodeAsync(
        IAsyncEnumerable<ReadOnlyMemory<byte>> frames, FrameSize size, FrameRate rate,
        int frameCount, Slate slate, string path, CancellationToken cancellationToken)
    {
        var lastFrame = new byte[checked((int)(size.PixelCount * 3))];
        await using var ffmpeg = FfmpegProcess.Start(
            [
                .. ClipEncoding.RawInput(size, rate, "rgb24"), .. ClipEncoding.FromRgb,
                .. ClipEncoding.H264(), "-metadata", $"comment={slate.ToJson()}",
                .. ClipEncoding.Mp4Output(rate, path),
            ],
            null, time, cancellationToken);
        var count = 0;
        await foreach (var frame in frames.WithCancellation(cancellationToken))
        {
            if (frame.Length != lastFrame.Length || ++count > frameCount)
            {
                throw new InvalidDataException(
                    $"expected {frameCount} frames of {lastFrame.Length} bytes ({size}); "
                    + $"frame {count} has {frame.Length} bytes");
            }

            if (count == frameCount)
            {
                frame.CopyTo(lastFrame);
            }

            await ffmpeg.WriteAsync(frame);
        }

        if (count != frameCount)
        {
            throw new InvalidDataException($"expected {frameCount} frames; {count} came");
        }

        await ffmpeg.FinishAsync();
        return lastFrame;
    }

    private async Task CheckAsync(
        string path, FrameSize size, FrameRate rate, int frameCount,
        CancellationToken cancellationToken)
    {
        var facts = await new ClipInspector(time).InspectAsync(path, cancellationToken);
        if (facts.FrameCount != frameCount || facts.Size != size
            || !ClipInspector.SameRate(facts.FrameRate, rate))
        {
            throw new InvalidDataException(
                $"expected {frameCount} frames of {size} at {rate}; the clip that was written has "
                + $"{facts.FrameCount} of {facts.Size} at {facts.FrameRate}");
        }
    }
}
