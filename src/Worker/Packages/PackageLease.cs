namespace RenderFarm.Worker.Packages;

/// <summary>The right to read a package; while it is held, nothing removes the folder.</summary>
public sealed class PackageLease : IDisposable
{
    private readonly FileStream? hold;

    internal PackageLease(string folder, FileStream? hold) => (Folder, this.hold) = (folder, hold);

    /// <summary>The package's folder.</summary>
    public string Folder { get; }

    /// <summary>A folder of the user's own, which nobody else removes.</summary>
    public static PackageLease OfFolder(string folder) => new(folder, hold: null);

    /// <inheritdoc/>
    public void Dispose() => hold?.Dispose();
}
