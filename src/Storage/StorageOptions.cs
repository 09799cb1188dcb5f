namespace RenderFarm.Storage;

/// <summary>
/// Where objects are kept: section <c>Storage</c>. Exactly one of the two is set.
/// </summary>
public sealed class StorageOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Storage";

    /// <summary>A folder of this machine, for a farm in one process. Default: none.</summary>
    public string? Folder { get; set; }

    /// <summary>A bucket of an S3 server. Default: none.</summary>
    public S3Options? S3 { get; set; }
}
