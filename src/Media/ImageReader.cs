using System.Buffers.Binary;
using RenderFarm.Contracts.Film;
using RenderFarm.Media.Ffmpeg;
using RenderFarm.Media.Images;

namespace RenderFarm.Media;

/// <summary>Decodes the images that people send, as keyframes: PNG, JPEG and WebP.</summary>
public sealed class ImageReader(TimeProvider time)
{
    /// <summary>The largest image file, in bytes.</summary>
    public const int MostBytes = 20_000_000;

    private static readonly string[] Turns =
    [
        "", "", "hflip,", "hflip,vflip,", "vflip,", "transpose=cclock_flip,", "transpose=clock,",
        "transpose=clock_flip,", "transpose=cclock,",
    ];

    /// <summary>Reads an image file; see the other overload.</summary>
    /// <exception cref="InvalidDataException">It is no image, is damaged, or too large.</exception>
    public async Task<byte[]> ReadRgbAsync(
        string path, FrameSize size, CancellationToken cancellationToken)
    {
        CheckLength(new FileInfo(path).Length);
        return await ReadRgbAsync(
            await File.ReadAllBytesAsync(path, cancellationToken), size, cancellationToken);
    }

    /// <summary>
    /// Decodes an image to the given size: scaled to cover it, turned upright, and cut around its
    /// centre. An image of that size keeps every pixel.
    /// </summary>
    /// <param name="image">The file's bytes.</param>
    /// <param name="size">The size that is wanted.</param>
    /// <param name="cancellationToken">Kills ffmpeg.</param>
    /// <returns>RGB24 rows from the top, width × height × 3 bytes.</returns>
    /// <exception cref="InvalidDataException">It is no image, is damaged, or too large.</exception>
    public async Task<byte[]> ReadRgbAsync(
        ReadOnlyMemory<byte> image, FrameSize size, CancellationToken cancellationToken)
    {
        CheckLength(image.Length);
        var header = ImageHeader.Read(image);
        await using var ffmpeg = FfmpegProcess.Start(
            [
                "-timelimit", "60", "-max_alloc", "1000000000", "-protocol_whitelist", "pipe",
                "-format_whitelist", header.Format, "-noautorotate", "-xerror", "-err_detect",
                "explode", "-max_pixels", $"{ImageHeader.MostPixels}", "-f", header.Format,
                "-c:v", header.Decoder, "-i", "pipe:0", "-map", "0:v:0", "-vf",
                $"{Turns[header.Orientation]}scale={size.Width}:{size.Height}"
                + ":force_original_aspect_ratio=increase:flags=lanczos+accurate_rnd"
                + $"+full_chroma_int+bitexact,crop={size.Width}:{size.Height},format=rgb24",
                "-frames:v", "1", "-f", "rawvideo", "pipe:1",
            ],
            null, time, cancellationToken);
        var pixels = new byte[checked((int)(size.PixelCount * 3))];
        try
        {
            var read = ffmpeg.ReadAsync(pixels);
            await Task.WhenAll(SendAsync(ffmpeg, header.Bytes), read);
            await ffmpeg.FinishAsync();
            return await read == pixels.Length
                ? pixels
                : throw new InvalidDataException("the image does not decode");
        }
        catch (FfmpegException problem) when (problem.ExitCode is not null)
        {
            throw new InvalidDataException(
                $"the image does not decode: {problem.ErrorLines}", problem);
        }
    }

    /// <summary>The size that a PNG file says it has.</summary>
    /// <exception cref="InvalidDataException">It is no PNG, or too large.</exception>
    public static FrameSize SizeOfPng(ReadOnlyMemory<byte> image)
    {
        CheckLength(image.Length);
        var header = ImageHeader.Read(image).Bytes.Span;
        return header[1..].StartsWith("PNG"u8)
            ? new FrameSize(
                BinaryPrimitives.ReadInt32BigEndian(header[16..]),
                BinaryPrimitives.ReadInt32BigEndian(header[20..]))
            : throw new InvalidDataException("expected a PNG image");
    }

    private static async Task SendAsync(FfmpegProcess ffmpeg, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await ffmpeg.WriteAsync(bytes);
            ffmpeg.CloseInput();
        }
        catch (FfmpegException problem) when (problem.ExitCode == 0)
        {
            // It has its picture; phones append whole films to theirs.
        }
    }

    private static void CheckLength(long length)
    {
        if (length > MostBytes)
        {
            throw new InvalidDataException(
                $"an image file has at most {MostBytes} bytes; this one has {length}");
        }
    }
}
