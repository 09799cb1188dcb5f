using System.Text.Json.Nodes;
using Xunit;

namespace RenderFarm.Broker.Tests.Jobs;

public sealed class StoryboardSchemaTests
{
    private static string SchemaPath { get; } =
        Path.Combine(Desk.Root, "docs", "storyboard.schema.json");

    [Fact]
    public void Schema_Committed_IsWhatTheContractsSay()
    {
        var written = StoryboardSchema.Write();
        if (Environment.GetEnvironmentVariable("RENDERFARM_WRITE_GOLDENS") == "1")
        {
            File.WriteAllText(SchemaPath, written);
        }

        Assert.True(
            File.Exists(SchemaPath) && File.ReadAllText(SchemaPath) == written,
            "docs/storyboard.schema.json differs from the contracts; run with "
                + "RENDERFARM_WRITE_GOLDENS=1 to write it anew.");
    }

    [Fact]
    public void Schema_EveryProperty_IsDescribed()
    {
        var schema = JsonNode.Parse(StoryboardSchema.Write())!;

        var properties = Objects(schema)
            .Select(node => node["properties"])
            .OfType<JsonObject>()
            .SelectMany(properties => properties)
            .Where(property => property.Key != "$schema")
            .ToList();

        Assert.NotEmpty(properties);
        Assert.All(properties, property => Assert.NotNull(property.Value!["description"]));
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject item => item.SelectMany(field => Objects(field.Value)).Prepend(item),
        JsonArray list => list.SelectMany(Objects),
        _ => [],
    };
}
