using RenderFarm.Contracts.Film;

namespace RenderFarm.Media;

/// <summary>What a clip really is.</summary>
public sealed record ClipFacts
{
    /// <summary>The codec's four-character code, as in <c>avc1</c>.</summary>
    public required string Codec { get; init; }

    /// <summary>Frame size.</summary>
    public required FrameSize Size { get; init; }

    /// <summary>Frame rate in lowest terms.</summary>
    public required FrameRate FrameRate { get; init; }

    /// <summary>Frames, counted by decoding the file.</summary>
    public required int FrameCount { get; init; }

    /// <summary>Which frames can be cut at, counted from 0, ascending.</summary>
    public required IReadOnlyList<int> CutPoints { get; init; }

    /// <summary>Who and what made it; null where the file does not say.</summary>
    public Slate? Slate { get; init; }
}
