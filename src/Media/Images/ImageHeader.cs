using System.Buffers.Binary;

namespace RenderFarm.Media.Images;

/// <summary>
/// What an image says of itself, read before anything decodes it, so that a picture that would
/// fill the memory is refused by its first bytes.
/// </summary>
internal sealed record ImageHeader
{
    /// <summary>The most pixels an image may have.</summary>
    public const long MostPixels = 40_000_000;

    private const int LongestRatio = 20;

    private static ReadOnlySpan<byte> PngSignature =>
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>ffmpeg's name of the format, which decodes it and nothing else.</summary>
    public required string Format { get; init; }

    /// <summary>ffmpeg's name of the decoder.</summary>
    public required string Decoder { get; init; }

    /// <summary>How a camera was held, 1 to 8, as EXIF counts; 1 is upright.</summary>
    public int Orientation { get; init; } = 1;

    /// <summary>The image without what is not picture: texts, profiles, animations.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Recognises PNG, JPEG and WebP by their first bytes, and reads their size.</summary>
    /// <exception cref="InvalidDataException">It is none of these, or too large.</exception>
    public static ImageHeader Read(ReadOnlyMemory<byte> image)
    {
        try
        {
            var bytes = image.Span;
            return bytes.StartsWith(PngSignature) ? ReadPng(bytes)
                : bytes is [0xFF, 0xD8, 0xFF, ..] ? ReadJpeg(image)
                : bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WEBP"u8) ? ReadWebp(image)
                : throw new InvalidDataException("an image is a PNG, a JPEG or a WebP file");
        }
        catch (Exception problem)
            when (problem is ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("the image is cut off", problem);
        }
    }

    private static ImageHeader ReadPng(ReadOnlySpan<byte> bytes)
    {
        if (!bytes[12..].StartsWith("IHDR"u8))
        {
            throw new InvalidDataException("a PNG image begins with its header (IHDR)");
        }

        CheckSize(
            BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]));

        // Only what makes the picture goes on: a compressed text can unpack to gigabytes.
        var kept = new MemoryStream(bytes.Length);
        kept.Write(PngSignature);
        for (var rest = bytes[8..]; !rest.IsEmpty;)
        {
            var length = (int)(Read4(rest, little: false) & int.MaxValue);
            var chunk = rest[..(length > rest.Length ? int.MaxValue : length + 12)];
            var type = chunk[4..8];
            if (type.SequenceEqual("IHDR"u8) || type.SequenceEqual("PLTE"u8)
                || type.SequenceEqual("tRNS"u8) || type.SequenceEqual("IDAT"u8)
                || type.SequenceEqual("IEND"u8))
            {
                kept.Write(chunk);
            }

            rest = type.SequenceEqual("IEND"u8) ? [] : rest[chunk.Length..];
        }

        return new() { Format = "png_pipe", Decoder = "png", Bytes = kept.ToArray() };
    }

    private static ImageHeader ReadJpeg(ReadOnlyMemory<byte> image)
    {
        var orientation = 1;
        for (var rest = image.Span[2..];;)
        {
            if (rest[0] != 0xFF)
            {
                throw new InvalidDataException("the JPEG image is damaged");
            }

            var marker = rest[1];
            if (marker == 0xFF)
            {
                rest = rest[1..];
                continue;
            }

            var segment = rest.Slice(4, BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) - 2);
            switch (marker)
            {
                case 0xE1 when segment.StartsWith("Exif\0\0"u8):
                    orientation = ReadOrientation(segment[6..]);
                    break;
                case >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC):
                    CheckSize(
                        BinaryPrimitives.ReadUInt16BigEndian(segment[3..]),
                        BinaryPrimitives.ReadUInt16BigEndian(segment[1..]));
                    return new()
                    {
                        Format = "jpeg_pipe",
                        Decoder = "mjpeg",
                        Orientation = orientation,
                        Bytes = image,
                    };
                case 0xDA or 0xD9:
                    throw new InvalidDataException("the JPEG image does not say its size");
            }

            rest = rest[(4 + segment.Length)..];
        }
    }

    /// <summary>
    /// Finds tag 0x0112 in the first directory of a TIFF block. Cameras write odd ones: what cannot
    /// be read is upright.
    /// </summary>
    private static int ReadOrientation(ReadOnlySpan<byte> tiff)
    {
        var little = tiff.StartsWith("II"u8);
        var offset = tiff.Length < 8 ? uint.MaxValue : Read4(tiff[4..], little);
        var directory = offset > tiff.Length - 2 ? [0, 0] : tiff[(int)offset..];
        var count = Math.Min(Read2(directory, little), (directory.Length - 2) / 12);
        for (var index = 0; index < count; index++)
        {
            var entry = directory.Slice(2 + (12 * index), 12);
            if (Read2(entry, little) == 0x0112)
            {
                return Read2(entry[8..], little) is >= 1 and <= 8 and var found ? found : 1;
            }
        }

        return 1;
    }

    private static ImageHeader ReadWebp(ReadOnlyMemory<byte> image)
    {
        var sized = false;
        for (var rest = image.Span[12..]; rest.Length >= 8;)
        {
            var length = (int)(Read4(rest[4..], little: true) & int.MaxValue);
            var chunk = rest.Slice(8, length);
            if (rest.StartsWith("VP8X"u8))
            {
                if ((chunk[0] & 2) != 0)
                {
                    throw new InvalidDataException("an image is one picture; this one moves");
                }

                CheckSize(
                    (Read4(chunk[4..], true) & 0xFFFFFF) + 1, (Read4(chunk[6..], true) >> 8) + 1);
            }
            else if (rest.StartsWith("VP8 "u8))
            {
                CheckSize(Read2(chunk[6..], true) & 0x3FFF, Read2(chunk[8..], true) & 0x3FFF);
                sized = true;
            }
            else if (rest.StartsWith("VP8L"u8))
            {
                var sides = Read4(chunk[1..], true);
                CheckSize((sides & 0x3FFF) + 1, ((sides >> 14) & 0x3FFF) + 1);
                sized = true;
            }

            // Chunks are padded to an even length; the last one's padding may be absent.
            rest = rest[Math.Min(rest.Length, 8 + length + (length & 1))..];
        }

        return sized
            ? new() { Format = "webp_pipe", Decoder = "webp", Bytes = image }
            : throw new InvalidDataException("the WebP image holds no picture");
    }

    private static void CheckSize(long width, long height)
    {
        if (width < 1 || height < 1 || width * height > MostPixels
            || width > height * LongestRatio || height > width * LongestRatio)
        {
            throw new InvalidDataException(
                $"an image has at most {MostPixels / 1_000_000} million pixels and is at most "
                + $"{LongestRatio} times as long as wide; this one is {width}x{height}");
        }
    }

    private static uint Read4(ReadOnlySpan<byte> bytes, bool little) => little
        ? BinaryPrimitives.ReadUInt32LittleEndian(bytes)
        : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    private static ushort Read2(ReadOnlySpan<byte> bytes, bool little) => little
        ? BinaryPrimitives.ReadUInt16LittleEndian(bytes)
        : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
