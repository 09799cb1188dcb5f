namespace RenderFarm.Contracts.Reels;

/// <summary>The finished film, as its record <c>final.json</c> says it: written once.</summary>
public sealed record Reel
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Which revision.</summary>
    public required int Revision { get; init; }

    /// <summary>The film's name in the object store.</summary>
    public required string ObjectKey { get; init; }

    /// <summary>SHA-256 of the film.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Size of the film in bytes.</summary>
    public required long ByteCount { get; init; }

    /// <summary>Frames, counted by decoding the film.</summary>
    public required int FrameCount { get; init; }

    /// <summary>The contact sheet's name in the object store.</summary>
    public required string ContactSheetKey { get; init; }

    /// <summary>The timeline's name in the object store.</summary>
    public required string TimelineKey { get; init; }

    /// <summary>The accepted attempt of every shot that has a clip, in film order.</summary>
    public required IReadOnlyList<string> AttemptIds { get; init; }

    /// <summary>The shots that have a card in their place, in film order.</summary>
    public IReadOnlyList<string> MissingShotIds { get; init; } = [];

    /// <summary>How long it took to join.</summary>
    public required TimeSpan StitchTime { get; init; }
}
