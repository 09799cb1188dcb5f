using System.Text;
using RenderFarm.Tidy.Tests;
using Xunit;

namespace RenderFarm.Deploy.Tests;

/// <summary>Every object of every set: a change of the chart shows what it changes.</summary>
public sealed class ChartGoldenTests(RenderedChart chart)
{
    private const string Folder = "tests/Deploy.Tests/Goldens/";

    public static TheoryData<string> Sets() => [.. RenderedChart.Names];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Chart_Rendered_IsItsGolden(string name)
    {
        var rendered = Shortened(chart.Text(name));
        var golden = Path.Combine(Tree.Root, Folder, name + ".yaml");
        if (Environment.GetEnvironmentVariable("RENDERFARM_WRITE_GOLDENS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(golden)!);
            File.WriteAllText(golden, rendered);
        }

        Assert.True(File.Exists(golden),
            $"{name} has no golden; run with RENDERFARM_WRITE_GOLDENS=1 to write it.");
        Assert.Equal(File.ReadAllText(golden), rendered);
    }

    [Fact]
    public void Goldens_AreOfSets_ThatExist()
    {
        var goldens = Tree.Under(Folder, ".yaml").Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(RenderedChart.Names, goldens.Order(StringComparer.Ordinal));
    }

    // Dashboards and rules are files of their own, and have tests of their own.
    private static string Shortened(string text)
    {
        var shortened = new StringBuilder();
        foreach (var document in text.Split("---\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var isFile = document.Contains("/telemetry.yaml", StringComparison.Ordinal)
                && !document.Contains("kind: PodMonitor", StringComparison.Ordinal);
            var end = isFile
                ? Math.Max(
                    document.IndexOf("\ndata:", StringComparison.Ordinal),
                    document.IndexOf("\nspec:", StringComparison.Ordinal))
                : -1;
            shortened.Append("---\n").Append(end < 0 ? document : document[..(end + 1)]);
        }

        return shortened.ToString();
    }
}
