using System.Text.Json.Nodes;
using RenderFarm.Tidy.Tests;
using Xunit;

namespace RenderFarm.Deploy.Tests;

/// <summary>The dashboards' pictures, as far as files tell; nothing is drawn here.</summary>
public sealed class PictureTests
{
    private const string Dashboards = "deploy/grafana/dashboards/";
    private const string Script = "deploy/grafana/pictures/";
    private const string Pictures = "docs/images/dashboards/";

    // GitHub shows the page at once, and a clone stays small.
    private const long LargestPicture = 300_000;

    [Fact]
    public void PanelTypes_OfEveryDashboard_AreDrawn()
    {
        var drawn = JsonNode.Parse(Tree.Read(Script + "panel-types.json"))!.AsArray()
            .Select(type => (string)type!).ToList();
        var used = Tree.Under(Dashboards, ".json")
            .SelectMany(file => JsonNode.Parse(Tree.Read(file))!["panels"]!.AsArray())
            .Select(panel => (string)panel!["type"]!)
            .Distinct().Order(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(used);
        Assert.Equal(used, drawn);
    }

    [Fact]
    public void PanelTypes_OfTheList_HaveTheirDrawing()
    {
        var page = Tree.Read(Script + "page/Panel.jsx");
        var drawn = JsonNode.Parse(Tree.Read(Script + "panel-types.json"))!.AsArray();

        Assert.All(drawn, type => Assert.Matches($@"(?:\b|'){(string)type!}'?: [A-Z]", page));
    }

    [Fact]
    public void Page_OfTheDashboards_ShowsEachByItsTitle()
    {
        var page = Tree.Read("docs/dashboards.md");
        var files = Tree.Under(Dashboards, ".json").ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            var title = ((string)JsonNode.Parse(Tree.Read(file))!["title"]!).Split(" / ")[1];
            var picture = $"images/dashboards/{Path.GetFileNameWithoutExtension(file)}.png";
            Assert.Contains($"## {title}\n", page, StringComparison.Ordinal);
            Assert.Contains($"]({picture})", page, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Pictures_OfTheDashboards_AreOneEachAndSmall()
    {
        var names = Tree.Under(Dashboards, ".json").Select(Path.GetFileNameWithoutExtension);
        var pictures = Tree.Under(Pictures, ".png").ToList();

        Assert.Equal(
            names.Order(StringComparer.Ordinal),
            pictures.Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        Assert.All(pictures, picture => Assert.InRange(
            new FileInfo(Path.Combine(Tree.Root, picture)).Length, 1, LargestPicture));
    }
}
