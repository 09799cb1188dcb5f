using System.Buffers.Binary;

namespace RenderFarm.Broker.Jobs;

/// <summary>What the first bytes of an image say of it.</summary>
/// <param name="ContentType">PNG, JPEG or WebP, as a media type.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows of pixels.</param>
internal sealed record ImageHeader(string ContentType, int Width, int Height)
{
    private static ReadOnlySpan<byte> PngMark =>
        [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>Reads the header, or null when this is no image of those kinds.</summary>
    public static ImageHeader? Read(ReadOnlySpan<byte> bytes)
    {
        var header = bytes.StartsWith(PngMark) ? ReadPng(bytes)
            : bytes.StartsWith<byte>([0xFF, 0xD8]) ? ReadJpeg(bytes)
            : bytes.StartsWith("RIFF"u8) ? ReadWebp(bytes)
            : null;
        return header is { Width: > 0, Height: > 0 } ? header : null;
    }

    private static ImageHeader? ReadPng(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 24 && bytes[12..].StartsWith("IHDR"u8)
            ? new ImageHeader(
                "image/png",
                BinaryPrimitives.ReadInt32BigEndian(bytes[16..]),
                BinaryPrimitives.ReadInt32BigEndian(bytes[20..]))
            : null;

    private static ImageHeader? ReadJpeg(ReadOnlySpan<byte> bytes)
    {
        var position = 2;
        while (position + 4 <= bytes.Length && bytes[position] == 0xFF)
        {
            var marker = bytes[position + 1];
            if (marker is 0xFF or 0x01 or (>= 0xD0 and <= 0xD7))
            {
                // Fill bytes, and markers that stand alone.
                position += marker == 0xFF ? 1 : 2;
                continue;
            }

            // The frame header (SOF0 to SOF15, without DHT, JPG and DAC) has the size.
            var isFrame = marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
            if (isFrame)
            {
                return position + 9 <= bytes.Length
                    ? new ImageHeader(
                        "image/jpeg",
                        BinaryPrimitives.ReadUInt16BigEndian(bytes[(position + 7)..]),
                        BinaryPrimitives.ReadUInt16BigEndian(bytes[(position + 5)..]))
                    : null;
            }

            position += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(position + 2)..]);
        }

        return null;
    }

    private static ImageHeader? ReadWebp(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 30 || !bytes[8..].StartsWith("WEBP"u8))
        {
            return null;
        }

        var chunk = bytes[12..];
        var (width, height) = (0, 0);
        if (chunk.StartsWith("VP8X"u8))
        {
            width = 1 + ReadUInt24(bytes[24..]);
            height = 1 + ReadUInt24(bytes[27..]);
        }
        else if (chunk.StartsWith("VP8L"u8) && bytes[20] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(bytes[21..]);
            width = 1 + (int)(bits & 0x3FFF);
            height = 1 + (int)((bits >> 14) & 0x3FFF);
        }
        else if (chunk.StartsWith("VP8 "u8) && bytes[23..].StartsWith<byte>([0x9D, 0x01, 0x2A]))
        {
            width = BinaryPrimitives.ReadUInt16LittleEndian(bytes[26..]) & 0x3FFF;
            height = BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]) & 0x3FFF;
        }

        return new ImageHeader("image/webp", width, height);
    }

    private static int ReadUInt24(ReadOnlySpan<byte> bytes) =>
        bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
