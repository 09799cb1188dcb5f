using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Diffusion;
using RenderFarm.Storage;

namespace RenderFarm.Worker.Packages;

/// <summary>Packages in the object store: each file by its content, then their list.</summary>
public static class PackageObjects
{
    private const int LongestList = 2 * 1024 * 1024;
    private const string Bytes = "application/octet-stream";

    /// <summary>Uploads what is not there yet. Doing it again is harmless.</summary>
    /// <returns>False where the whole package was there.</returns>
    public static async Task<bool> AddAsync(
        ModelPackage package, IObjectStore store, CancellationToken cancellationToken)
    {
        var key = ObjectKeys.ModelPackageFiles(package.Digest);
        foreach (var file in package.Contents)
        {
            var place = ObjectKeys.ModelPackageFile(package.Digest, file.Sha256);
            var found = await store.TryHeadAsync(place, cancellationToken);
            if (found is null)
            {
                await PutAsync(package, file, place, store, cancellationToken);
            }
        }

        // Whoever finds the list finds every file that it names.
        var list = new PackageList { Digest = package.Digest, Files = package.Contents };
        return await store.PutIfAbsentAsync(
            key,
            JsonSerializer.SerializeToUtf8Bytes(list, FarmJson.Indented),
            "application/json",
            cancellationToken);
    }

    /// <summary>A package's files, or null where the store has no such package.</summary>
    /// <exception cref="ModelException">The list is damaged.</exception>
    public static async Task<PackageList?> TryReadAsync(
        string digest, IObjectStore store, CancellationToken cancellationToken)
    {
        var key = ObjectKeys.ModelPackageFiles(digest);
        if (await store.TryGetAsync(key, LongestList, cancellationToken) is not { } bytes)
        {
            return null;
        }

        PackageList list;
        try
        {
            list = JsonSerializer.Deserialize<PackageList>(bytes, FarmJson.Options)!;
        }
        catch (JsonException fault)
        {
            throw new ModelException($"{key}: {fault.Message}");
        }

        var bad = list.Files.FirstOrDefault(file => !ModelPackage.IsFilePath(file.Path)
            || !PackageShelf.IsDigest(file.Sha256) || file.ByteCount < 0);
        return bad is null && list.Digest == digest
            ? list
            : throw new ModelException(
                $"{key}: expected the files of {digest}, found '{bad?.Path ?? list.Digest}'");
    }

    /// <summary>Removes a package; workers that have fetched it go on with their copy.</summary>
    /// <returns>False where there was none.</returns>
    public static async Task<bool> RemoveAsync(
        string digest, IObjectStore store, CancellationToken cancellationToken)
    {
        // The list first: from then on nobody begins to fetch it.
        var list = ObjectKeys.ModelPackageFiles(digest);
        var wasThere = await store.TryHeadAsync(list, cancellationToken) is not null;
        await store.DeleteAsync(list, cancellationToken);
        var prefix = ObjectKeys.ModelPackage(digest);
        await foreach (var found in store.ListAsync(prefix, cancellationToken))
        {
            await store.DeleteAsync(found.Key, cancellationToken);
        }

        return wasThere;
    }

    private static async Task PutAsync(
        ModelPackage package,
        PackageFile file,
        string place,
        IObjectStore store,
        CancellationToken cancellationToken)
    {
        var path = Path.Combine(package.Folder, file.Path);
        if (File.Exists(path))
        {
            await store.PutFileAsync(place, path, Bytes, cancellationToken);
            return;
        }

        // The manifest that was made for a package without one.
        var manifest = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                manifest, package.DerivedManifestText, cancellationToken);
            await store.PutFileAsync(place, manifest, Bytes, cancellationToken);
        }
        finally
        {
            File.Delete(manifest);
        }
    }
}
