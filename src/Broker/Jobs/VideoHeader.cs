namespace RenderFarm.Broker.Jobs;

/// <summary>Tells video files by their first bytes.</summary>
internal static class VideoHeader
{
    private static ReadOnlySpan<byte> EbmlMark => [0x1A, 0x45, 0xDF, 0xA3];

    /// <summary>
    /// The media type of MP4, MOV, WebM or Matroska; null for anything else. Whether there is a
    /// picture in it is seen when it is decoded.
    /// </summary>
    public static string? ContentTypeOf(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith(EbmlMark) ? "video/webm"
        : bytes.Length < 12 || !bytes[4..].StartsWith("ftyp"u8) ? null
        : bytes[8..].StartsWith("qt  "u8) ? "video/quicktime"
        : bytes[8..].StartsWith("M4A "u8) ? null
        : "video/mp4";
}
