namespace RenderFarm.Broker.Jobs;

/// <summary>Tells sound files by their first bytes.</summary>
internal static class SoundHeader
{
    /// <summary>How many bytes are enough.</summary>
    public const int ByteCount = 16;

    /// <summary>The media type of WAV, FLAC, Ogg, MP3 or M4A; null for anything else.</summary>
    public static string? ContentTypeOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < ByteCount)
        {
            return null;
        }

        // An MP3 without tags begins with a frame: eleven set bits, a version, layer III.
        var isMp3 = bytes.StartsWith("ID3"u8)
            || (bytes[0] == 0xFF && (bytes[1] & 0xE6) == 0xE2 && (bytes[1] & 0x18) != 0x08);
        return bytes.StartsWith("RIFF"u8) && bytes[8..].StartsWith("WAVE"u8) ? "audio/wav"
            : bytes.StartsWith("fLaC"u8) ? "audio/flac"
            : bytes.StartsWith("OggS"u8) ? "audio/ogg"
            : IsMp4(bytes) ? "audio/mp4"
            : isMp3 ? "audio/mpeg"
            : null;
    }

    private static bool IsMp4(ReadOnlySpan<byte> bytes)
    {
        // Files named .m4a say M4A; some recorders write the family's general brands instead.
        var brand = bytes.Slice(8, 4);
        return bytes[4..].StartsWith("ftyp"u8)
            && (brand.SequenceEqual("M4A "u8) || brand.SequenceEqual("M4B "u8)
                || brand.SequenceEqual("mp42"u8) || brand.SequenceEqual("isom"u8));
    }
}
