using System.Text.RegularExpressions;
using RenderFarm.Tidy.Tests;

namespace RenderFarm.Deploy.Tests;

/// <summary>A Dockerfile of <c>deploy/</c>, instruction by instruction.</summary>
internal sealed partial class Dockerfile
{
    /// <summary>Reads the one of a service.</summary>
    public Dockerfile(string service)
    {
        var text = Tree.Read($"deploy/{service}.Dockerfile");
        var whole = string.Join('\n', text.Split('\n').Where(line => !line.StartsWith('#')));
        Instructions = [.. whole.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
            .Where(line => line.Length > 0)
            .Select(line => Spaces().Replace(line, " ").Trim())];
    }

    /// <summary>One a line, without comments.</summary>
    public IReadOnlyList<string> Instructions { get; }

    /// <summary>The sources of every COPY from the tree.</summary>
    public IEnumerable<string> Sources => Copies(fromTree: true).SelectMany(one => one.Sources);

    /// <summary>The arguments of <c>dotnet publish</c>.</summary>
    public string[] Publish => Instructions.Single(IsPublish)["RUN dotnet ".Length..].Split(' ');

    /// <summary>Every COPY from the tree or from stages, with where it goes.</summary>
    public IEnumerable<(string[] Sources, string Target)> Copies(bool fromTree) =>
        from line in Instructions
        where line.StartsWith("COPY ", StringComparison.Ordinal)
            && line.Contains("--from=", StringComparison.Ordinal) != fromTree
        let words = line.Split(' ').Skip(1)
            .Where(word => !word.StartsWith("--", StringComparison.Ordinal)).ToArray()
        select (words[..^1], words[^1]);

    /// <summary>The COPYs from the tree that come before the publishing.</summary>
    public IEnumerable<(string[] Sources, string Target)> BuildCopies() =>
        Copies(fromTree: true).Take(Instructions.TakeWhile(line => !IsPublish(line))
            .Count(line => line.StartsWith("COPY ", StringComparison.Ordinal)
                && !line.Contains("--from=", StringComparison.Ordinal)));

    private static bool IsPublish(string line) =>
        line.StartsWith("RUN dotnet publish", StringComparison.Ordinal);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
