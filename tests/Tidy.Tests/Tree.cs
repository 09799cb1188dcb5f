using System.Diagnostics;

namespace RenderFarm.Tidy.Tests;

/// <summary>The files of the repository as a reader finds them.</summary>
internal static class Tree
{
    /// <summary>The folder that holds RenderFarm.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every tracked or new file that git does not ignore, relative to the root.</summary>
    public static IReadOnlyList<string> Files { get; } = ListFiles();

    /// <summary>Files of one kind below one folder.</summary>
    public static IEnumerable<string> Under(string folder, params string[] extensions) =>
        Files.Where(f => f.StartsWith(folder, StringComparison.Ordinal)
            && extensions.Contains(Path.GetExtension(f)));

    /// <summary>The text of a file.</summary>
    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "RenderFarm.sln")))
        {
            folder = folder.Parent
                ?? throw new InvalidOperationException("no RenderFarm.sln above");
        }

        return folder.FullName;
    }

    private static List<string> ListFiles()
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
            ArgumentList = { "ls-files", "--cached", "--others", "--exclude-standard" },
        };
        using var git = Process.Start(start)!;
        var files = git.StandardOutput.ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return [.. files.Where(f => File.Exists(Path.Combine(Root, f)))];
    }
}
