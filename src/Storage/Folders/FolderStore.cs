using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace RenderFarm.Storage.Folders;

/// <summary>
/// Objects as files of one folder. A file is written under a name of its own, flushed, and only
/// then given its place, so that neither a reader nor a crash ever sees half an object.
/// </summary>
internal sealed class FolderStore : IObjectStore
{
    private const int MostSafe = 10_000;
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    private readonly string root;
    private readonly string unfinished;

    // Folders whose names are on disk, with all above them. None is ever removed.
    private readonly ConcurrentDictionary<string, byte> safe = [];

    /// <exception cref="StoreException">The folder cannot be made.</exception>
    public FolderStore(string folder, TimeProvider time)
    {
        root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        // No key starts with a dot, so no object is ever in here.
        unfinished = Path.Combine(root, ".unfinished");
        try
        {
            Directory.CreateDirectory(unfinished);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"Storage__Folder: '{root}' cannot be made: {e.Message}", canRetry: false, e);
        }

        RemoveLeftovers(time.GetUtcNow() - LeftoverAge, int.MaxValue);
    }

    public async Task<bool> PutIfAbsentAsync(
        string key,
        ReadOnlyMemory<byte> bytes,
        string contentType,
        CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        if (File.Exists(path))
        {
            return false;
        }

        // Before the file, whose flush then takes the new folder along.
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var written = await WriteUnfinishedAsync(
            file => file.WriteAsync(bytes, cancellationToken).AsTask());
        try
        {
            if (!DurableNames.TryLink(written, path))
            {
                return false;
            }

            FlushNames(path);
            return true;
        }
        finally
        {
            File.Delete(written);
        }
    }

    public async Task PutFileAsync(
        string key, string path, string contentType, CancellationToken cancellationToken)
    {
        var target = PathOf(key);
        await using var source = File.OpenRead(path);
        var written = await WriteUnfinishedAsync(
            file => source.CopyToAsync(file, cancellationToken));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(written, target, overwrite: true);
        FlushNames(target);
    }

    public async Task<byte[]?> TryGetAsync(
        string key, int maxBytes, CancellationToken cancellationToken)
    {
        await using var file = TryOpen(key);
        if (file is null)
        {
            return null;
        }

        if (file.Length > maxBytes)
        {
            throw new InvalidDataException(
                $"object '{key}' has {file.Length} bytes, more than the {maxBytes} it may have");
        }

        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    public async Task GetFileAsync(string key, string path, CancellationToken cancellationToken)
    {
        await using var file = TryOpen(key) ?? throw new ObjectNotFoundException(key);
        await WholeFile.WriteAsync(path, target => file.CopyToAsync(target, cancellationToken));
    }

    public Task<StoredObject?> TryHeadAsync(string key, CancellationToken cancellationToken)
    {
        var file = new FileInfo(PathOf(key));
        return Task.FromResult(file.Exists ? Describe(key, file) : null);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectNames.CheckPrefix(prefix);
        await Task.Yield();
        var folder = Path.Combine(root, prefix[..(prefix.LastIndexOf('/') + 1)]);
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        // The order of a folder is anybody's guess, so all names are read before the first is
        // given.
        var keys = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path))
            .Where(key => key[0] != '.' && key.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToList();
        foreach (var key in keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await TryHeadAsync(key, cancellationToken) is { } known)
            {
                yield return known;
            }
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            File.Delete(PathOf(key));
        }
        catch (DirectoryNotFoundException)
        {
            // There never was such an object.
        }

        return Task.CompletedTask;
    }

    public Task<int> RemoveUnfinishedAsync(
        DateTimeOffset before, int most, CancellationToken cancellationToken) =>
        Task.FromResult(RemoveLeftovers(before, most));

    public Uri PresignGet(string key, TimeSpan validFor) =>
        new UriBuilder(Uri.UriSchemeFile, "")
        {
            Path = string.Join('/', PathOf(key).Split('/').Select(Uri.EscapeDataString)),
        }.Uri;

    public Task<bool> ProbeConditionalWritesAsync(CancellationToken cancellationToken) =>
        ConditionalWriteProbe.RunAsync(this, cancellationToken);

    private static StoredObject Describe(string key, FileInfo file) =>
        new(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc));

    private string PathOf(string key)
    {
        ObjectNames.Check(key);
        return Path.Combine(root, key);
    }

    private FileStream? TryOpen(string key)
    {
        var path = PathOf(key);
        if (!File.Exists(path))
        {
            // The usual answer for a clip that is yet to be rendered: no matter for an exception.
            return null;
        }

        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Access = FileAccess.Read,
                // An object may be replaced or deleted while it is read; this reader keeps its
                // bytes.
                Share = FileShare.ReadWrite | FileShare.Delete,
                Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
            });
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private async Task<string> WriteUnfinishedAsync(Func<FileStream, Task> write)
    {
        var path = Path.Combine(unfinished, Guid.CreateVersion7().ToString("n"));
        await WholeFile.FlushAsync(path, write);
        return path;
    }

    /// <summary>
    /// Waits until a file's name is on disk, and those of the folders above it: a folder is safe
    /// only once the one above knows its name.
    /// </summary>
    private void FlushNames(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        DurableNames.FlushFolder(folder);
        var flushed = new List<string>();
        while (folder.Length > root.Length)
        {
            folder = Path.GetDirectoryName(folder)!;
            DurableNames.FlushFolder(folder);
            if (safe.ContainsKey(folder))
            {
                break;
            }

            flushed.Add(folder);
        }

        if (safe.Count > MostSafe)
        {
            safe.Clear();
        }

        flushed.ForEach(name => safe.TryAdd(name, 0));
    }

    private int RemoveLeftovers(DateTimeOffset before, int most)
    {
        var old = new DirectoryInfo(unfinished).EnumerateFiles()
            .Where(file => file.LastWriteTimeUtc < before)
            .Take(most)
            .ToList();
        foreach (var file in old)
        {
            file.Delete();
        }

        return old.Count;
    }
}
