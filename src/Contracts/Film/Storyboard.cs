namespace RenderFarm.Contracts.Film;

/// <summary>What a person submits: the film as an ordered set of shots.</summary>
public sealed record Storyboard
{
    /// <summary>The form this document follows; 1 is the only one so far.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The film's name; it changes no pixels.</summary>
    public string? Title { get; init; }

    /// <summary>The model that renders every shot; the farm's default where absent.</summary>
    public string? Model { get; init; }

    /// <summary>Settings of every shot that does not set its own.</summary>
    public ShotSettings? Defaults { get; init; }

    /// <summary>
    /// Sound under the whole film: a file beside the storyboard, or <c>inputs/SHA256</c>.
    /// </summary>
    public string? Soundtrack { get; init; }

    /// <summary>
    /// A quick look at the film: the model's draft steps, one take, and no more pixels and frames
    /// than the model itself renders unless the film sets a size or a rate.
    /// </summary>
    public bool Draft { get; init; }

    /// <summary>
    /// What becomes of the film when a shot cannot be rendered: <c>fail</c>, as where it is absent,
    /// or <c>card</c>, which goes on with a card in the shot's place.
    /// </summary>
    public FailedShotRule? OnFailedShot { get; init; }

    /// <summary>How the reel is encoded.</summary>
    public ReelCodec Codec { get; init; } = ReelCodec.H264;

    /// <summary>The shots in film order.</summary>
    public required IReadOnlyList<StoryboardShot> Shots { get; init; }
}
