using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using RenderFarm.Broker.Jobs;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Tests.Jobs;

/// <summary>
/// Writes <c>docs/storyboard.schema.json</c>: the shape from the contracts, the descriptions from
/// their comments, and the limits that preflight applies.
/// </summary>
internal static partial class StoryboardSchema
{
    private static Dictionary<string, string> Comments { get; } = ReadComments();

    /// <summary>The limits that a type cannot say, by JSON path without indexes.</summary>
    private static Dictionary<string, JsonObject> Limits()
    {
        var limits = new JobReaderOptions();
        var result = new Dictionary<string, JsonObject>
        {
            ["version"] = new() { ["const"] = 1 },
            ["title"] = new() { ["maxLength"] = 200 },
            ["shots"] = new() { ["minItems"] = 1, ["maxItems"] = limits.MaxShots },
            ["prompt"] = new() { ["minLength"] = 1, ["maxLength"] = limits.MaxPromptLength },
            ["negativePrompt"] = new() { ["maxLength"] = limits.MaxPromptLength },
            ["id"] = new() { ["pattern"] = "^[a-z0-9][a-z0-9-]{0,63}$" },
            ["continues"] = new() { ["pattern"] = "^[a-z0-9][a-z0-9-]{0,63}$" },
            ["length"] = new() { ["pattern"] = "^([0-9]+(\\.[0-9]+)?s|[1-9][0-9]*f)$" },
            ["seed"] = new() { ["minimum"] = 0, ["maximum"] = 9007199254740991 },
            ["steps"] = new() { ["minimum"] = 1 },
            ["takes"] = new() { ["minimum"] = 1, ["maximum"] = SettingsCheck.MaxTakes },
            ["guidance"] = new() { ["minimum"] = 1 },
            ["strength"] = new() { ["exclusiveMinimum"] = 0, ["maximum"] = 1 },
            ["reuse"] = new() { ["minimum"] = 0, ["maximum"] = 1 },
            ["shot"] = new() { ["pattern"] = "^[a-z0-9][a-z0-9-]{0,63}$" },
            ["frameCount"] = new() { ["minimum"] = 0 },
            ["camera"] = new()
            {
                ["examples"] = new JsonArray([.. CameraWords.Known.Select(word => (JsonNode)word)]),
            },
        };
        return result;
    }

    public static string Write()
    {
        var limits = Limits();
        var options = new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) => Describe(context, node, limits),
        };
        var shape = FarmJson.Options.GetJsonSchemaAsNode(typeof(Storyboard), options).AsObject();
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "RenderFarm storyboard",
        };
        foreach (var (name, value) in shape.ToList())
        {
            shape.Remove(name);
            schema[name] = value;
        }

        schema["properties"]!.AsObject().Insert(
            0, "$schema", new JsonObject { ["type"] = "string" });
        var text = schema.ToJsonString(new JsonSerializerOptions
        {
            WriteIndented = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
        return text + "\n";
    }

    private static JsonNode Describe(
        JsonSchemaExporterContext context, JsonNode node, Dictionary<string, JsonObject> limits)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        var result = node as JsonObject ?? [];
        if (type == typeof(FrameSize))
        {
            result = new() { ["type"] = "string", ["pattern"] = "^[0-9]{1,5}x[0-9]{1,5}$" };
        }
        else if (type == typeof(FrameRate))
        {
            result = new() { ["type"] = "string", ["pattern"] = "^[0-9]{1,6}(/[0-9]{1,6})?$" };
        }
        else if (result.ContainsKey("properties"))
        {
            result["additionalProperties"] = false;
        }

        if (context.PropertyInfo is not { } property)
        {
            AddDescription(result, Comments.GetValueOrDefault($"T:{type.FullName}"));
            return result;
        }

        foreach (var (name, value) in limits.GetValueOrDefault(property.Name) ?? [])
        {
            result[name] = value!.DeepClone();
        }

        var member = (System.Reflection.MemberInfo)property.AttributeProvider!;
        AddDescription(
            result,
            Comments.GetValueOrDefault($"P:{member.DeclaringType!.FullName}.{member.Name}"));
        return result;
    }

    private static void AddDescription(JsonObject node, string? text)
    {
        if (text is not null)
        {
            node.Remove("description");
            node.Insert(0, "description", text);
        }
    }

    /// <summary>The contracts' summaries by member, as the compiler wrote them.</summary>
    private static Dictionary<string, string> ReadComments()
    {
        var path = Path.ChangeExtension(typeof(Storyboard).Assembly.Location, ".xml");
        return XDocument.Load(path).Descendants("member")
            .Where(member => member.Element("summary") is not null)
            .ToDictionary(
                member => member.Attribute("name")!.Value,
                member => Spaces().Replace(member.Element("summary")!.Value, " ").Trim());
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
