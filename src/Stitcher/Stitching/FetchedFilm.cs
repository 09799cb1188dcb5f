namespace RenderFarm.Stitcher.Stitching;

/// <summary>A film's clips and sound on this machine's disk, checked by their SHA-256.</summary>
/// <param name="ClipPaths">Where each clip lies, by its name in the object store.</param>
/// <param name="SoundtrackPath">Where the sound lies, if the film has any.</param>
internal sealed record FetchedFilm(
    IReadOnlyDictionary<string, string> ClipPaths, string? SoundtrackPath);
