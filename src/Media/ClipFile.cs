namespace RenderFarm.Media;

/// <summary>A clip on this machine's disk, decoded and counted.</summary>
public sealed record ClipFile
{
    /// <summary>The clip, MP4.</summary>
    public required string Path { get; init; }

    /// <summary>The last frame exactly as it was given, PNG.</summary>
    public required string LastFramePath { get; init; }

    /// <summary>SHA-256 of the clip, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Size of the clip in bytes.</summary>
    public required long ByteCount { get; init; }

    /// <summary>Frames, counted by decoding the clip.</summary>
    public required int FrameCount { get; init; }
}
