namespace RenderFarm.Diffusion;

/// <summary>What one clip is to show. The same request gives the same frames.</summary>
public sealed record VideoRequest
{
    /// <summary>What the clip shows.</summary>
    public required string Prompt { get; init; }

    /// <summary>What the clip must not show; read only when guidance is above 1.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>Chooses the starting noise; only its low 32 bits count, as in PyTorch.</summary>
    public required long Seed { get; init; }

    /// <summary>Pixels in a row: a multiple of the model's size multiple.</summary>
    public required int Width { get; init; }

    /// <summary>Rows of pixels: a multiple of the model's size multiple.</summary>
    public required int Height { get; init; }

    /// <summary>How many frames come out; any number from 1 to the model's maximum.</summary>
    public required int FrameCount { get; init; }

    /// <summary>How many denoising steps are taken, from 1 to 1000.</summary>
    public required int StepCount { get; init; }

    /// <summary>How strongly the prompt pulls; 1 follows the network as it is.</summary>
    public required double GuidanceScale { get; init; }

    /// <summary>The rule from one sigma to the next: "euler".</summary>
    public required string Sampler { get; init; }

    /// <summary>The first frame, of the size of the request; null leaves it free.</summary>
    public RgbImage? StartImage { get; init; }

    /// <summary>The last frame, of the size of the request; null leaves it free.</summary>
    public RgbImage? EndImage { get; init; }
}
