namespace RenderFarm.Contracts.Film;

/// <summary>
/// What can be set for one shot or, as a default, for all of them. Whatever is absent comes from
/// the level above: shot, storyboard, farm and model, in that order.
/// </summary>
public record ShotSettings
{
    /// <summary>What must not be seen.</summary>
    public string? NegativePrompt { get; init; }

    /// <summary>
    /// How long the shot is: seconds as in <c>2s</c>, or frames as in <c>17f</c>.
    /// </summary>
    public string? Length { get; init; }

    /// <summary>Where chance starts; the same seed gives the same frames.</summary>
    public long? Seed { get; init; }

    /// <summary>Frame size in pixels; one film has one size.</summary>
    public FrameSize? Size { get; init; }

    /// <summary>Frames per second; one film has one rate.</summary>
    public FrameRate? FrameRate { get; init; }

    /// <summary>Denoising steps.</summary>
    public int? Steps { get; init; }

    /// <summary>Guidance scale: how strongly the picture follows the words; 1 is none.</summary>
    public double? Guidance { get; init; }

    /// <summary>The rule from one sigma to the next, by name.</summary>
    public string? Sampler { get; init; }

    /// <summary>Camera words, as in <c>pan left</c>; they join the prompt.</summary>
    public string? Camera { get; init; }

    /// <summary>How the shot gives way to the next one.</summary>
    public Transition? Transition { get; init; }
}
