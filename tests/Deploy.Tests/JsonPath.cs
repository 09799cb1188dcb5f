using System.Text.Json.Nodes;

namespace RenderFarm.Deploy.Tests;

/// <summary>Reads rendered objects by paths like <c>spec.template.spec.containers.0.image</c>.
/// </summary>
internal static class JsonPath
{
    /// <summary>What is there, or null.</summary>
    public static JsonNode? At(this JsonNode node, string path)
    {
        JsonNode? at = node;
        foreach (var part in path.Split('.'))
        {
            at = at switch
            {
                JsonObject one => one[part],
                JsonArray many when int.TryParse(part, out var index) && index < many.Count =>
                    many[index],
                _ => null,
            };
        }

        return at;
    }

    /// <summary>The text there, or nothing.</summary>
    public static string Text(this JsonNode node, string path) => node.At(path)?.ToString() ?? "";

    /// <summary>The whole number there.</summary>
    public static int Number(this JsonNode node, string path) => node.At(path)!.GetValue<int>();

    /// <summary>The items of the list there; none where there is no list.</summary>
    public static IEnumerable<JsonNode> Items(this JsonNode node, string path) =>
        node.At(path) is JsonArray many ? many.OfType<JsonNode>() : [];

    /// <summary>The members of the object there; none where there is no object.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Members(
        this JsonNode node, string path) => node.At(path) is JsonObject one ? one : [];

    /// <summary>The pod that a Deployment or StatefulSet makes.</summary>
    public static JsonNode Pod(this JsonNode workload) => workload.At("spec.template.spec")!;
}
