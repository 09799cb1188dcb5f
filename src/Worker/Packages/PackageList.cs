using RenderFarm.Diffusion;

namespace RenderFarm.Worker.Packages;

/// <summary>The files of a package in the object store, as <c>files.json</c> lists them.</summary>
public sealed record PackageList
{
    /// <summary>The package by content.</summary>
    public required string Digest { get; init; }

    /// <summary>Its files.</summary>
    public required IReadOnlyList<PackageFile> Files { get; init; }
}
