namespace RenderFarm.Media;

/// <summary>A finished film on this machine's disk, decoded and counted.</summary>
public sealed record ReelFiles
{
    /// <summary>The film: <c>reel.mp4</c>, or <c>reel.webm</c> for VP9.</summary>
    public required string ReelPath { get; init; }

    /// <summary>A picture of every shot, <c>contact-sheet.jpg</c>.</summary>
    public required string ContactSheetPath { get; init; }

    /// <summary>The cut as OpenTimelineIO, <c>timeline.otio</c>.</summary>
    public required string TimelinePath { get; init; }

    /// <summary>SHA-256 of the film, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Size of the film in bytes.</summary>
    public required long ByteCount { get; init; }

    /// <summary>Frames, counted by decoding the film.</summary>
    public required int FrameCount { get; init; }
}
