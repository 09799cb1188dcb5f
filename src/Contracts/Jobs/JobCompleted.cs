namespace RenderFarm.Contracts.Jobs;

/// <summary>The film is there.</summary>
public sealed record JobCompleted
{
    /// <summary>Which job.</summary>
    public required string JobId { get; init; }

    /// <summary>Frames in the film.</summary>
    public required int FrameCount { get; init; }

    /// <summary>Shots that were rendered for this job.</summary>
    public required int RenderedShotCount { get; init; }

    /// <summary>Shots that were there already.</summary>
    public required int CachedShotCount { get; init; }

    /// <summary>Shots that the film has a card for.</summary>
    public int MissingShotCount { get; init; }

    /// <summary>
    /// The first hundred of those, in film order, with their reasons; the report has all of them.
    /// </summary>
    public IReadOnlyList<MissingShot> MissingShots { get; init; } = [];

    /// <summary>The film's files.</summary>
    public required FilmFiles Files { get; init; }
}
