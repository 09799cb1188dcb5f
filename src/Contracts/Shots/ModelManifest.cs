using RenderFarm.Contracts.Film;

namespace RenderFarm.Contracts.Shots;

/// <summary>
/// All that the Broker knows of a model: what it can do and on which grid. Kept in the object
/// store as <c>models/NAME.json</c>; written when the model is added.
/// </summary>
public sealed record ModelManifest
{
    /// <summary>The model by name, 1 to 64 of <c>a-z 0-9 - .</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Lower-case hex SHA-256 over the package's files.</summary>
    public required string Digest { get; init; }

    /// <summary>
    /// What it can do: <c>text-to-video</c>, <c>start-frame</c>, <c>end-frame</c> ...
    /// </summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>Sizes that it was trained for; the first is its default.</summary>
    public required IReadOnlyList<FrameSize> Sizes { get; init; }

    /// <summary>Width and height must be multiples of this.</summary>
    public required int SizeMultiple { get; init; }

    /// <summary>Least width and height.</summary>
    public required int MinimumSide { get; init; }

    /// <summary>Greatest width and height.</summary>
    public required int MaximumSide { get; init; }

    /// <summary>Frames of a shot whose length nobody set.</summary>
    public required int DefaultFrameCount { get; init; }

    /// <summary>Most frames that one shot can have.</summary>
    public required int MaximumFrameCount { get; init; }

    /// <summary>How many times its upscaler enlarges each side; 1 without one.</summary>
    public int Upscale { get; init; } = 1;

    /// <summary>How many frames its interpolator makes of each; 1 without one.</summary>
    public int Interpolation { get; init; } = 1;

    /// <summary>Whether it has a scorer, so that the best of several takes can be kept.</summary>
    public bool ScoresTakes { get; init; }

    /// <summary>Denoising steps of a draft: few, for a quick look.</summary>
    public int DraftStepCount { get; init; }

    /// <summary>The frame rate that it was trained for.</summary>
    public required FrameRate FrameRate { get; init; }

    /// <summary>Denoising steps where nobody set them.</summary>
    public required int DefaultStepCount { get; init; }

    /// <summary>Most denoising steps.</summary>
    public required int MaximumStepCount { get; init; }

    /// <summary>Guidance scale where nobody set it.</summary>
    public required double DefaultGuidanceScale { get; init; }

    /// <summary>Greatest guidance scale.</summary>
    public required double MaximumGuidanceScale { get; init; }

    /// <summary>Samplers by name; the first is its default.</summary>
    public required IReadOnlyList<string> Samplers { get; init; }
}
