using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace RenderFarm.Tidy.Tests;

/// <summary>The style guide's countable rules, as a test.</summary>
public sealed partial class TidyTests
{
    private const int LongestLine = 100;
    private const int LongestFile = 300;

    /// <summary>Who may reference whom; docs/architecture.md says why.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["OnnxRuntime"] = [],
        ["Contracts"] = [],
        ["Diffusion"] = ["OnnxRuntime"],
        ["Media"] = ["Contracts"],
        ["Storage"] = [],
        ["ServiceDefaults"] = [],
        ["Broker"] = ["Contracts", "ServiceDefaults", "Storage"],
        ["Worker"] = ["Contracts", "Diffusion", "Media", "ServiceDefaults", "Storage"],
        ["Stitcher"] = ["Contracts", "Media", "ServiceDefaults", "Storage"],
        ["Cli"] =
        [
            "Broker", "Contracts", "Diffusion", "Media", "ServiceDefaults", "Stitcher", "Storage",
            "Worker",
        ],
    };

    private static readonly string[] BannedEndings =
    [
        "Scheduler", "Manager", "Helper", "Helpers", "Util", "Utils", "Processor", "Handler",
        "Data", "Info", "Base", "Impl",
    ];

    private static readonly string[] BannedFolders =
        ["Models", "Interfaces", "Helpers", "Common", "Utils"];

    [Fact]
    public void Projects_References_FollowTheArrows()
    {
        var faults = new List<string>();
        var projects = Tree.Under("src/", ".csproj").ToList();
        foreach (var project in projects)
        {
            var name = Path.GetFileNameWithoutExtension(project);
            var references = XDocument.Parse(Tree.Read(project)).Descendants("ProjectReference")
                .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value));
            faults.AddRange(references.Except(Arrows.GetValueOrDefault(name, []))
                .Select(r => $"{name} must not reference {r}"));
        }

        Assert.Equal(
            Arrows.Keys.Order(StringComparer.Ordinal),
            projects.Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        AssertNone(faults);
    }

    [Fact]
    public void Lines_Length_EndsByColumn100()
    {
        var faults = Tree.Files.Where(f => Path.GetExtension(f) is ".cs" or ".py" or ".sh")
            .SelectMany(f => Tree.Read(f).Split('\n')
                .Select((line, index) => (line, place: $"{f}:{index + 1}"))
                .Where(l => l.line.Length > LongestLine)
                .Select(l => $"{l.place} has {l.line.Length} columns"));

        AssertNone(faults);
    }

    [Fact]
    public void Files_Length_EndsByLine300()
    {
        var faults = Tree.Files.Where(f => Path.GetExtension(f) is ".cs" or ".py")
            .Select(f => (f, lines: Tree.Read(f).Count(c => c == '\n')))
            .Where(f => f.lines > LongestFile)
            .Select(f => $"{f.f} has {f.lines} lines");

        AssertNone(faults);
    }

    [Fact]
    public void Types_Names_AvoidTheBannedEndings()
    {
        var faults = Tree.Under("src/", ".cs")
            .SelectMany(f => TypeName().Matches(Tree.Read(f))
                .Select(m => (f, name: m.Groups[1].Value)))
            .Where(t => BannedEndings.Any(e => t.name.EndsWith(e, StringComparison.Ordinal)))
            .Select(t => $"{t.f}: {t.name}");

        AssertNone(faults);
    }

    [Fact]
    public void Folders_Names_AreFeatures()
    {
        var faults = Tree.Under("src/", ".cs")
            .Where(f => f.Split('/').SkipLast(1).Any(BannedFolders.Contains));

        AssertNone(faults);
    }

    [Fact]
    public void Files_PublicTypes_AreOneAFile()
    {
        var faults = Tree.Under("src/", ".cs")
            .Select(f => (f, names: PublicType().Matches(Tree.Read(f))))
            .Where(t => t.names.Count > 1)
            .Select(t => $"{t.f}: {string.Join(", ", t.names.Select(n => n.Groups[1].Value))}");

        AssertNone(faults);
    }

    [Fact]
    public void Packages_Versions_ArePinnedAndSorted()
    {
        var packages = XDocument.Parse(Tree.Read("Directory.Packages.props"))
            .Descendants("PackageVersion").ToList();
        var names = packages.Select(p => p.Attribute("Include")!.Value).ToList();

        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.All(packages, p => Assert.Matches(@"^\[[0-9.]+\]$", p.Attribute("Version")!.Value));
    }

    [Fact]
    public void Text_Everywhere_SpeaksOfTheProjectOnly()
    {
        var text = Tree.Files.Where(f => Path.GetExtension(f)
            is ".cs" or ".md" or ".py" or ".sh" or ".json" or ".yaml" or ".props" or "");
        var faults = text.Where(f => !f.StartsWith("tests/Tidy.Tests/", StringComparison.Ordinal))
            .Where(f => RegistryHost().IsMatch(Tree.Read(f)));

        AssertNone(faults);
    }

    private static void AssertNone(IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    [GeneratedRegex(
        @"\b(?:class|record|struct|interface|enum)\s+(?:struct\s+|class\s+)?([A-Z]\w*)")]
    private static partial Regex TypeName();

    [GeneratedRegex(
        @"^public (?:(?:sealed|static|abstract|readonly|partial|record)\s+)*" +
        @"(?:class|record|struct|interface|enum|delegate)\s+(?:struct\s+)?([A-Z]\w*)",
        RegexOptions.Multiline)]
    private static partial Regex PublicType();

    [GeneratedRegex(@"://[a-z.]*(?:registry\.npmjs|api\.nuget|deb\.debian)[a-z.]*/")]
    private static partial Regex RegistryHost();
}
