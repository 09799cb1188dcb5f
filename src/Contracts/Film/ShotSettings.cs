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

    /// <summary>
    /// Frame size of the film in pixels; one film has one size. A size beyond the model's own is
    /// reached by its upscaler.
    /// </summary>
    public FrameSize? Size { get; init; }

    /// <summary>
    /// Frames per second of the film; one film has one rate. A multiple of the model's own is
    /// reached by its interpolator.
    /// </summary>
    public FrameRate? FrameRate { get; init; }

    /// <summary>Denoising steps.</summary>
    public int? Steps { get; init; }

    /// <summary>Guidance scale: how strongly the picture follows the words; 1 is none.</summary>
    public double? Guidance { get; init; }

    /// <summary>The rule from one sigma to the next, by name.</summary>
    public string? Sampler { get; init; }

    /// <summary>
    /// How much of a clip or picture that is made anew may change: above 0, to 1, which leaves
    /// nothing of it. The model's own where absent.
    /// </summary>
    public double? Strength { get; init; }

    /// <summary>
    /// Steps are made of an earlier step's prediction as long as it is guessed to have moved by
    /// less than this part of itself: the more, the faster and the further from what all steps
    /// would give. Above 0, to 1; 0, as where absent, has the model make every step.
    /// </summary>
    public double? Reuse { get; init; }

    /// <summary>
    /// How many takes are made of a shot; the best by the model's scorer is kept.
    /// </summary>
    public int? Takes { get; init; }

    /// <summary>Camera words, as in <c>pan left</c>; they join the prompt.</summary>
    public string? Camera { get; init; }

    /// <summary>How the shot gives way to the next one.</summary>
    public Transition? Transition { get; init; }
}
