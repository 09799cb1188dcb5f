using System.Security.Cryptography;
using System.Text;

namespace RenderFarm.Diffusion.Model;

/// <summary>
/// A package's content address: SHA-256 over what `sha256sum` prints for its files in ordinal
/// order, "hash, two spaces, path, line feed". Documents and examples do not change a frame, so
/// they stay out of it.
/// </summary>
internal static class PackageDigest
{
    /// <summary>Reads every file once.</summary>
    /// <param name="folder">The package.</param>
    /// <param name="manifest">A manifest.json that is none of the folder's files, or null.</param>
    public static IReadOnlyList<PackageFile> List(PackageFolder folder, string? manifest = null)
    {
        var files = folder.Files.Select(file =>
        {
            using var stream = File.OpenRead(folder.Find(file));
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
            return new PackageFile(file, stream.Length, sha256);
        });
        if (manifest is not null)
        {
            var bytes = Encoding.UTF8.GetBytes(manifest);
            files = files.Append(new PackageFile(
                ManifestFile.FileName,
                bytes.Length,
                Convert.ToHexStringLower(SHA256.HashData(bytes))));
        }

        return [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    public static string Compute(PackageFolder folder) => Compute(List(folder));

    public static string Compute(IReadOnlyList<PackageFile> files)
    {
        var sums = files.Where(file => DecidesPixels(file.Path))
            .Select(file => $"{file.Sha256}  {file.Path}\n");
        return Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(sums))));
    }

    private static bool DecidesPixels(string file) =>
        !file.StartsWith("README", StringComparison.OrdinalIgnoreCase)
        && !file.StartsWith("samples/", StringComparison.Ordinal)
        && !file.StartsWith("golden/", StringComparison.Ordinal);
}
