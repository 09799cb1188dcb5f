using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using RenderFarm.Diffusion;
using RenderFarm.Storage;

namespace RenderFarm.Worker.Packages;

/// <summary>
/// A folder of model packages, each in a folder named by its digest. A package is there whole or
/// not at all; several processes may share the shelf.
/// </summary>
/// <remarks>
/// Beside each package lies DIGEST.lock. Who reads the package holds it shared, who removes the
/// package holds it alone, and its time of change is when the package was last opened. Locks are
/// the kernel's, so a process that is killed leaves none.
/// </remarks>
public sealed class PackageShelf(string root, long mostBytes, TimeProvider time)
{
    private const int LockTries = 200;
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PartAge = TimeSpan.FromDays(1);

    /// <summary>Whether a text is a SHA-256 as digests are written here.</summary>
    public static bool IsDigest(string text) =>
        text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Every package, in the order of their names.</summary>
    public IReadOnlyList<ShelvedPackage> List() => Directory.Exists(root)
        ?
        [
            .. Directory.EnumerateDirectories(root)
                .Where(folder => IsDigest(Path.GetFileName(folder)))
                .Select(Describe)
                .OrderBy(package => package.Name, StringComparer.Ordinal)
                .ThenBy(package => package.Digest, StringComparer.Ordinal),
        ]
        : [];

    /// <summary>The digest that a name, a digest, or the first letters of one stand for.</summary>
    /// <exception cref="ModelException">It is none, or not of one package alone.</exception>
    public string Find(string nameOrDigest)
    {
        var all = List();
        var found = all.Where(package => package.Name == nameOrDigest).ToList();
        if (found.Count == 0 && nameOrDigest.Length >= 6)
        {
            found = [.. all.Where(package => package.Digest.StartsWith(
                nameOrDigest, StringComparison.Ordinal))];
        }

        return found.Count == 1
            ? found[0].Digest
            : throw new ModelException(found.Count == 0
                ? $"expected a model in {root}, found no '{nameOrDigest}'"
                : $"expected one model, found {found.Count} that are called '{nameOrDigest}'; "
                    + "name it by its digest");
    }

    /// <summary>Copies a package onto the shelf, unless it is there.</summary>
    /// <exception cref="ModelException">There is no room for it.</exception>
    public Task<PackageLease> AddAsync(ModelPackage package, CancellationToken cancellationToken) =>
        KeepAsync(
            package.Digest,
            package.Contents.Sum(file => file.ByteCount),
            part =>
            {
                package.CopyTo(part);
                return Task.CompletedTask;
            },
            cancellationToken);

    /// <summary>Opens a package, which is downloaded first where it is not there.</summary>
    /// <exception cref="ModelException">
    /// The store has no such package, its files are not the ones that were added, or there is no
    /// room for it.
    /// </exception>
    public async Task<PackageLease> FetchAsync(
        string digest, IObjectStore store, CancellationToken cancellationToken)
    {
        var list = await PackageObjects.TryReadAsync(digest, store, cancellationToken);
        if (list is null && !Directory.Exists(FolderOf(digest)))
        {
            throw new ModelException($"expected the model {digest} in the store, found none");
        }

        return await KeepAsync(
            digest,
            list?.Files.Sum(file => file.ByteCount) ?? 0,
            part => DownloadAsync(list!, part, store, cancellationToken),
            cancellationToken);
    }

    /// <summary>Opens a package that is there.</summary>
    /// <exception cref="ModelException">It is not.</exception>
    public async Task<PackageLease> OpenAsync(string digest, CancellationToken cancellationToken)
    {
        var lease = await HoldAsync(digest, cancellationToken);
        if (Directory.Exists(lease.Folder))
        {
            return lease;
        }

        lease.Dispose();
        throw new ModelException($"expected the model {digest} in {root}, found none");
    }

    /// <summary>Removes a package.</summary>
    /// <returns>False where it is in use.</returns>
    public bool Remove(string digest)
    {
        using var alone = TryLock(LockOf(digest), FileAccess.ReadWrite, FileShare.None);
        if (alone is not null && Directory.Exists(FolderOf(digest)))
        {
            // First out of the way, whole, so that nobody finds half of it.
            var gone = PartFolder();
            Directory.Move(FolderOf(digest), gone);
            Directory.Delete(gone, recursive: true);
        }

        return alone is not null;
    }

    private async Task<PackageLease> KeepAsync(
        string digest,
        long byteCount,
        Func<string, Task> fill,
        CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(root);
        RemoveOldParts();
        var lease = await HoldAsync(digest, cancellationToken);
        try
        {
            if (!Directory.Exists(lease.Folder))
            {
                MakeRoom(digest, byteCount);
                await FillAsync(digest, fill);
            }

            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private async Task FillAsync(string digest, Func<string, Task> fill)
    {
        var part = PartFolder();
        Directory.CreateDirectory(part);
        try
        {
            await fill(part);
            var found = ModelPackage.Open(part).Digest;
            if (found != digest)
            {
                throw new ModelException($"expected the model {digest}, found {found}");
            }

            Directory.Move(part, FolderOf(digest));
        }
        catch (IOException) when (Directory.Exists(FolderOf(digest)))
        {
            // Somebody else was faster, with the same bytes.
        }
        finally
        {
            if (Directory.Exists(part))
            {
                Directory.Delete(part, recursive: true);
            }
        }
    }

    private static async Task DownloadAsync(
        PackageList list, string part, IObjectStore store, CancellationToken cancellationToken)
    {
        foreach (var file in list.Files)
        {
            var path = Path.Combine(part, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var key = ObjectKeys.ModelPackageFile(list.Digest, file.Sha256);
            try
            {
                await store.GetFileAsync(key, path, cancellationToken);
            }
            catch (ObjectNotFoundException)
            {
                throw new ModelException($"{file.Path}: expected it at '{key}', found nothing");
            }

            await using var stream = File.OpenRead(path);
            var sha256 = Convert.ToHexStringLower(
                await SHA256.HashDataAsync(stream, cancellationToken));
            if (sha256 != file.Sha256)
            {
                throw new ModelException(
                    $"{file.Path}: expected SHA-256 {file.Sha256}, found {sha256}");
            }
        }
    }

    /// <summary>Removes what was used longest ago, until a package fits.</summary>
    private void MakeRoom(string digest, long byteCount)
    {
        var all = List();
        var room = mostBytes - all.Sum(package => package.ByteCount) - byteCount;
        foreach (var package in all.OrderBy(package => package.UsedAt))
        {
            if (room < 0 && Remove(package.Digest))
            {
                room += package.ByteCount;
            }
        }

        if (room < 0)
        {
            throw new ModelException(
                $"expected room for {byteCount} bytes of the model {digest} in {root}, which may "
                + $"hold {mostBytes}; found {-room} too few, and the rest is in use");
        }
    }

    [SuppressMessage(
        "Reliability", "CA2000", Justification = "The lease owns it; without a lock it is null.")]
    private async Task<PackageLease> HoldAsync(string digest, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(root);
        for (var left = LockTries; left > 0; left--)
        {
            var hold = TryLock(LockOf(digest), FileAccess.Read, FileShare.Read);
            if (hold is not null)
            {
                File.SetLastWriteTimeUtc(LockOf(digest), time.GetUtcNow().UtcDateTime);
                return new PackageLease(FolderOf(digest), hold);
            }

            // Somebody is just removing it.
            await Task.Delay(LockPause, time, cancellationToken);
        }

        throw new ModelException($"{digest}: somebody is removing it from {root} and does not end");
    }

    private static FileStream? TryLock(string path, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, access, share);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private void RemoveOldParts()
    {
        var old = time.GetUtcNow() - PartAge;
        foreach (var part in new DirectoryInfo(root).EnumerateDirectories("part-*"))
        {
            if (part.LastWriteTimeUtc < old.UtcDateTime)
            {
                part.Delete(recursive: true);
            }
        }
    }

    private ShelvedPackage Describe(string folder)
    {
        var digest = Path.GetFileName(folder);
        var used = File.GetLastWriteTimeUtc(LockOf(digest));
        return new ShelvedPackage(
            ModelPackage.ManifestOf(folder).Name,
            digest,
            new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories)
                .Sum(file => file.Length),
            new DateTimeOffset(used, TimeSpan.Zero));
    }

    private string FolderOf(string digest) => Path.Combine(root, digest);

    private string LockOf(string digest) => Path.Combine(root, $"{digest}.lock");

    private string PartFolder() => Path.Combine(root, $"part-{Guid.CreateVersion7():n}");
}
