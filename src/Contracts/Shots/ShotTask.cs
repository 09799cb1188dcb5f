using RenderFarm.Contracts.Film;

namespace RenderFarm.Contracts.Shots;

/// <summary>
/// One shot to be rendered, with every setting decided: all that decides its pixels.
/// </summary>
public sealed record ShotTask
{
    /// <summary>What decides the pixels, as one name: lower-case hex SHA-256.</summary>
    public required string RenderKey { get; init; }

    /// <summary>The model by name.</summary>
    public required string Model { get; init; }

    /// <summary>The model by content: lower-case hex SHA-256 over its package.</summary>
    public required string ModelDigest { get; init; }

    /// <summary>Precision and execution provider class, as in <c>cpu-fp32</c>.</summary>
    public required string NumericsProfile { get; init; }

    /// <summary>What is seen, camera words included.</summary>
    public required string Prompt { get; init; }

    /// <summary>What must not be seen; may be empty.</summary>
    public required string NegativePrompt { get; init; }

    /// <summary>Where chance starts.</summary>
    public required long Seed { get; init; }

    /// <summary>Frame size of the clip; the model itself renders this over Upscale.</summary>
    public required FrameSize Size { get; init; }

    /// <summary>Frames per second of the clip; the model's own times Interpolation.</summary>
    public required FrameRate FrameRate { get; init; }

    /// <summary>Frames in the clip.</summary>
    public required int FrameCount { get; init; }

    /// <summary>How many times each side is enlarged by the model's upscaler; 1 is not.</summary>
    public int Upscale { get; init; } = 1;

    /// <summary>How many frames come of each that the model renders; 1 is itself alone.</summary>
    public int Interpolation { get; init; } = 1;

    /// <summary>How many takes are made, of which one is kept.</summary>
    public int TakeCount { get; init; } = 1;

    /// <summary>The clip ends where it starts.</summary>
    public bool Loop { get; init; }

    /// <summary>Denoising steps.</summary>
    public required int StepCount { get; init; }

    /// <summary>Guidance scale.</summary>
    public required double GuidanceScale { get; init; }

    /// <summary>The sampler by name.</summary>
    public required string Sampler { get; init; }

    /// <summary>The image the shot starts from.</summary>
    public Conditioning? Start { get; init; }

    /// <summary>SHA-256 of the image that says where the start image is painted anew.</summary>
    public string? MaskSha256 { get; init; }

    /// <summary>The image the shot arrives at.</summary>
    public Conditioning? End { get; init; }

    /// <summary>The clip that the shot makes anew.</summary>
    public ClipSource? Source { get; init; }

    /// <summary>
    /// How much of the source, or of a start image that is redrawn, may change: above 0, to 1;
    /// where absent, as much as the model's manifest says.
    /// </summary>
    public double? Strength { get; init; }

    /// <summary>
    /// By how much, of its own size, a step's prediction may be guessed to have moved while further
    /// steps are made of it: above 0, to 1; where absent, every step is computed.
    /// </summary>
    public double? ReuseThreshold { get; init; }
}
