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
    public static string Compute(PackageFolder folder)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in folder.Files.Where(DecidesPixels))
        {
            using var stream = File.OpenRead(folder.Find(file));
            var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
            digest.AppendData(Encoding.UTF8.GetBytes($"{hash}  {file}\n"));
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    private static bool DecidesPixels(string file) =>
        !file.StartsWith("README", StringComparison.OrdinalIgnoreCase)
        && !file.StartsWith("samples/", StringComparison.Ordinal)
        && !file.StartsWith("golden/", StringComparison.Ordinal);
}
