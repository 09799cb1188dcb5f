namespace RenderFarm.Storage;

/// <summary>
/// Keeps objects: S3 or a folder, one interface. Keys come from <see cref="ObjectKeys"/>.
/// </summary>
public interface IObjectStore
{
    /// <summary>
    /// Writes an object unless one of that name exists; of a race exactly one wins.
    /// </summary>
    /// <returns>True when this call wrote it; false when it was there.</returns>
    Task<bool> PutIfAbsentAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        string contentType,
        CancellationToken cancellationToken);

    /// <summary>Writes a file as an object, whole or not at all, over what was there.</summary>
    Task PutFileAsync(
        string key, string path, string contentType, CancellationToken cancellationToken);

    /// <summary>Reads a small object, or null when there is none.</summary>
    /// <exception cref="InvalidDataException">It is larger than <paramref
    /// name="maxBytes"/>.</exception>
    Task<byte[]?> TryGetAsync(string key, int maxBytes, CancellationToken cancellationToken);

    /// <summary>Copies an object into a file.</summary>
    /// <exception cref="ObjectNotFoundException">There is no such object.</exception>
    Task GetFileAsync(string key, string path, CancellationToken cancellationToken);

    /// <summary>
    /// What is known of an object without reading it, or null when there is none.
    /// </summary>
    Task<StoredObject?> TryHeadAsync(string key, CancellationToken cancellationToken);

    /// <summary>Every object whose key starts so, in key order.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes an object; deleting what is not there is harmless.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Removes what writes that were begun before a moment and never ended have left behind:
    /// parts of uploads, unfinished files. Objects are never touched.
    /// </summary>
    /// <param name="before">Older ones go: longer ago than any write can take.</param>
    /// <param name="most">At most so many go.</param>
    /// <param name="cancellationToken">Ends the work between two.</param>
    /// <returns>How many writes were removed.</returns>
    Task<int> RemoveUnfinishedAsync(
        DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        Task.FromResult(0);

    /// <summary>A URL that anyone may read the object from, for a while.</summary>
    Uri PresignGet(string key, TimeSpan validFor);

    /// <summary>
    /// Whether the store's conditional write really admits one winner (races
    /// <see cref="PutIfAbsentAsync"/> against itself on throw-away keys).
    /// </summary>
    Task<bool> ProbeConditionalWritesAsync(CancellationToken cancellationToken);
}
