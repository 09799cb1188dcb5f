namespace RenderFarm.Contracts.Jobs;

/// <summary>One file of a finished film.</summary>
public sealed record FilmFile
{
    /// <summary>Its name in the object store.</summary>
    public required string ObjectKey { get; init; }

    /// <summary>Where it can be fetched without credentials, for a while.</summary>
    public string? Url { get; init; }

    /// <summary>Its size in bytes.</summary>
    public long ByteCount { get; init; }
}
