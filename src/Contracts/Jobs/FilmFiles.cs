namespace RenderFarm.Contracts.Jobs;

/// <summary>The files of a finished film.</summary>
public sealed record FilmFiles
{
    /// <summary>The film itself.</summary>
    public required FilmFile Reel { get; init; }

    /// <summary>A picture of every shot.</summary>
    public required FilmFile ContactSheet { get; init; }

    /// <summary>The cut, as OpenTimelineIO.</summary>
    public required FilmFile Timeline { get; init; }

    /// <summary>What it took, as JSON.</summary>
    public required FilmFile Report { get; init; }
}
