namespace RenderFarm.Diffusion;

/// <summary>
/// What one clip is to show. The same request gives the same frames. Its measures are the film's;
/// the model renders fewer and smaller frames where Interpolation and Upscale are above 1.
/// </summary>
public sealed record VideoRequest
{
    /// <summary>What the clip shows.</summary>
    public required string Prompt { get; init; }

    /// <summary>What the clip must not show; read only when guidance is above 1.</summary>
    public string NegativePrompt { get; init; } = "";

    /// <summary>Chooses the starting noise; only its low 32 bits count, as in PyTorch.</summary>
    public required long Seed { get; init; }

    /// <summary>Pixels in a row: Upscale times a multiple of the model's size multiple.</summary>
    public required int Width { get; init; }

    /// <summary>Rows of pixels: Upscale times a multiple of the model's size multiple.</summary>
    public required int Height { get; init; }

    /// <summary>
    /// How many frames come out; any number from 1 to what the model's longest clip holds.
    /// </summary>
    public required int FrameCount { get; init; }

    /// <summary>How many times each side is enlarged: 1, or the model's own factor.</summary>
    public int Upscale { get; init; } = 1;

    /// <summary>How many frames come of each one: 1, or the model's own factor.</summary>
    public int Interpolation { get; init; } = 1;

    /// <summary>How many denoising steps are taken, from 1 to 1000.</summary>
    public required int StepCount { get; init; }

    /// <summary>How strongly the prompt pulls; 1 follows the network as it is.</summary>
    public required double GuidanceScale { get; init; }

    /// <summary>The rule from one sigma to the next: "euler".</summary>
    public required string Sampler { get; init; }

    /// <summary>
    /// By how much, of its own size, a prediction may be guessed to have moved while steps are made
    /// of it without the network: above 0, to 1; 0 has every step computed.
    /// </summary>
    public double ReuseThreshold { get; init; }

    /// <summary>How many takes are made, of which the best is kept; 1 to 16.</summary>
    public int TakeCount { get; init; } = 1;

    /// <summary>
    /// The frame after the last would be the first one again. The frame at the seam is StartImage,
    /// or one that is made for it.
    /// </summary>
    public bool Loop { get; init; }

    /// <summary>The first frame, of the size that the model renders; null leaves it free.</summary>
    public RgbImage? StartImage { get; init; }

    /// <summary>
    /// Where StartImage is painted anew, of its size: white is, black stays; null is everywhere.
    /// </summary>
    public RgbImage? Mask { get; init; }

    /// <summary>The last frame, of the size that the model renders; null leaves it free.</summary>
    public RgbImage? EndImage { get; init; }

    /// <summary>The clip that this one goes on from; excludes StartImage and Loop.</summary>
    public ClipTail? Tail { get; init; }

    /// <summary>
    /// The clip that is made anew, as many frames as the model renders and of the size that it
    /// renders; none makes a clip of noise. Excludes StartImage, EndImage, Tail and Loop.
    /// </summary>
    public IReadOnlyList<RgbImage> Source { get; init; } = [];

    /// <summary>
    /// How much of Source, or of a StartImage that is redrawn, is made anew: above 0, to 1; null is
    /// as much as the manifest says.
    /// </summary>
    public double? Strength { get; init; }

    /// <summary>Pixels in a row of what the model renders.</summary>
    internal int ModelWidth => Width / Math.Max(1, Upscale);

    /// <summary>Rows of what the model renders.</summary>
    internal int ModelHeight => Height / Math.Max(1, Upscale);
}
