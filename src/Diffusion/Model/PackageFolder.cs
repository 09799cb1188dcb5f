using System.Text;
using System.Text.Json;

namespace RenderFarm.Diffusion.Model;

/// <summary>
/// The only way to a package's files. Packages come from users: a path must stay inside, and a
/// file is a plain file of sane size.
/// </summary>
internal sealed class PackageFolder
{
    private const int MostFiles = 4096;
    private const long LargestText = 32L << 20;

    private PackageFolder(string root, IReadOnlyList<string> files) =>
        (Root, Files) = (root, files);

    public string Root { get; }

    /// <summary>Every file, relative to the root, with '/', in ordinal order.</summary>
    public IReadOnlyList<string> Files { get; }

    public static PackageFolder Open(string path)
    {
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Directory.Exists(root))
        {
            throw new ModelException($"Expected a model package, found no folder {root}.");
        }

        List<string> files = [];
        Collect(new DirectoryInfo(root), root, files);
        files.Sort(StringComparer.Ordinal);
        return new PackageFolder(root, files);
    }

    public bool Contains(string relative) => File.Exists(Path.Combine(Root, Checked(relative)));

    /// <summary>The full path of a file that must exist.</summary>
    public string Find(string relative)
    {
        var path = Path.Combine(Root, Checked(relative));
        return File.Exists(path)
            ? path
            : throw new ModelException($"The package {Root} lacks {relative}.");
    }

    public string ReadText(string relative)
    {
        var path = Find(relative);
        var length = new FileInfo(path).Length;
        return length <= LargestText
            ? File.ReadAllText(path, Encoding.UTF8)
            : throw new ModelException(
                $"{relative}: expected at most {LargestText} bytes, found {length}.");
    }

    public JsonDocument ReadJson(string relative)
    {
        try
        {
            return JsonDocument.Parse(ReadText(relative));
        }
        catch (JsonException fault)
        {
            throw new ModelException($"{relative}: {fault.Message}");
        }
    }

    /// <summary>Whether a path leads from a folder to a place below it.</summary>
    public static bool IsInside(string relative) =>
        relative.Length > 0
        && !Path.IsPathRooted(relative)
        && !relative.Contains('\\', StringComparison.Ordinal)
        && !relative.Contains(':', StringComparison.Ordinal)
        && relative.Split('/').All(part => part is not ("" or "." or ".."));

    private static void Collect(DirectoryInfo folder, string root, List<string> files)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            var relative = Path.GetRelativePath(root, entry.FullName).Replace('\\', '/');
            if (entry.LinkTarget is not null)
            {
                throw new ModelException(
                    $"{relative}: expected a plain file or folder, found a link.");
            }

            if (entry is DirectoryInfo child)
            {
                Collect(child, root, files);
                continue;
            }

            files.Add(relative);
            if (files.Count > MostFiles)
            {
                throw new ModelException(
                    $"{root}: expected at most {MostFiles} files, found more.");
            }
        }
    }

    private static string Checked(string relative) => IsInside(relative)
        ? relative
        : throw new ModelException($"Expected a path inside the package, found '{relative}'.");
}
