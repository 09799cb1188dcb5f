using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Jobs;

/// <summary>
/// Compares JSON with the contract it should follow, and keeps what fits. A deserializer would
/// stop at the first thing that does not; this reports all of them.
/// </summary>
internal sealed class JsonShape(FaultList faults)
{
    // Editors look for it; it says nothing about the film.
    private const string SchemaName = "$schema";

    /// <summary>
    /// The parts that fit, with stand-ins where a part is required; null when none.
    /// </summary>
    public JsonNode? Read(JsonElement element, Type type, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var contract = FarmJson.Options.GetTypeInfo(type);
        return contract.Kind switch
        {
            JsonTypeInfoKind.Object => ReadObject(element, contract, path),
            JsonTypeInfoKind.Enumerable => ReadList(element, contract, path),
            _ => ReadValue(element, type, path),
        };
    }

    private JsonObject? ReadObject(JsonElement element, JsonTypeInfo contract, string path)
    {
        if (!IsKind(element, JsonValueKind.Object, "an object", path))
        {
            return null;
        }

        var known = contract.Properties.ToDictionary(property => property.Name);
        var result = new JsonObject();
        var found = new HashSet<string>();
        foreach (var field in element.EnumerateObject())
        {
            var place = $"{path}.{TextRules.Excerpt(field.Name)}";
            if (!found.Add(field.Name))
            {
                faults.Error("duplicate-field", place, $"'{field.Name}' is set twice.");
            }
            else if (known.TryGetValue(field.Name, out var property))
            {
                result[field.Name] = ReadField(field.Value, property, place);
            }
            else if (path != "$" || field.Name != SchemaName)
            {
                var hint = Suggestion.For(field.Name, known.Keys);
                faults.Warning(
                    "unknown-field",
                    place,
                    $"'{TextRules.Excerpt(field.Name)}' means nothing here and was skipped.{hint}");
            }
        }

        return Complete(result, found, contract, path);
    }

    private JsonNode? ReadField(JsonElement value, JsonPropertyInfo property, string path)
    {
        var optional = !property.IsRequired && property.IsSetNullable;
        return value.ValueKind == JsonValueKind.Null && optional
            ? null
            : Read(value, property.PropertyType, path);
    }

    private JsonObject? Complete(
        JsonObject result, HashSet<string> found, JsonTypeInfo contract, string path)
    {
        foreach (var property in contract.Properties)
        {
            if (property.IsRequired && !found.Contains(property.Name))
            {
                faults.Unreadable(
                    "missing-field",
                    $"{path}.{property.Name}",
                    $"'{property.Name}' is required, and is not there.");
            }

            if (result[property.Name] is not null)
            {
                continue;
            }

            // An absent value and one that could not be read look the same from here on.
            result.Remove(property.Name);
            if (property.IsRequired && property.PropertyType != typeof(string))
            {
                return null;
            }

            if (property.IsRequired)
            {
                result[property.Name] = "";
            }
        }

        return result;
    }

    private JsonArray? ReadList(JsonElement element, JsonTypeInfo contract, string path)
    {
        if (!IsKind(element, JsonValueKind.Array, "a list", path))
        {
            return null;
        }

        var result = new JsonArray();
        var item = contract.ElementType!;
        foreach (var value in element.EnumerateArray())
        {
            // A stand-in keeps the later items at their places.
            var place = $"{path}[{result.Count}]";
            result.Add(Read(value, item, place) ?? StandIn(item));
        }

        return result;
    }

    private static JsonNode StandIn(Type type)
    {
        var contract = FarmJson.Options.GetTypeInfo(type);
        return contract.Kind == JsonTypeInfoKind.Object
            ? new JsonObject(contract.Properties
                .Where(property => property.IsRequired)
                .Select(property => KeyValuePair.Create(property.Name, (JsonNode?)"")))
            : JsonValue.Create("");
    }

    private JsonValue? ReadValue(JsonElement element, Type type, string path)
    {
        if (type.IsEnum)
        {
            return ReadWord(element, type, path);
        }

        if (type == typeof(string))
        {
            return IsKind(element, JsonValueKind.String, "text", path)
                && ReadText(element, path) is { } text ? JsonValue.Create(text) : null;
        }

        if (type == typeof(FrameSize))
        {
            return ReadForm(element, path, "WIDTHxHEIGHT as in \"160x96\"", text =>
                FrameSize.TryParse(text, out _));
        }

        if (type == typeof(FrameRate))
        {
            return ReadForm(element, path, "a rate as in \"8\" or \"24000/1001\"", text =>
                FrameRate.TryParse(text, out _));
        }

        if (type == typeof(bool))
        {
            return ReadFlag(element, path);
        }

        var whole = type == typeof(int) || type == typeof(long);
        var expected = whole ? "a whole number" : "a number";
        if (!IsKind(element, JsonValueKind.Number, expected, path))
        {
            return null;
        }

        var fits = type == typeof(int) ? element.TryGetInt32(out _)
            : type == typeof(long) ? element.TryGetInt64(out _)
            : element.TryGetDouble(out var number) && double.IsFinite(number);
        if (fits)
        {
            return JsonValue.Create(element.Clone());
        }

        var raw = TextRules.Excerpt(element.GetRawText());
        faults.Unreadable("wrong-type", path, $"Expected {expected}, found {raw}.");
        return null;
    }

    private JsonValue? ReadFlag(JsonElement element, string path)
    {
        var kind = element.ValueKind == JsonValueKind.False
            ? JsonValueKind.False
            : JsonValueKind.True;
        return IsKind(element, kind, "true or false", path)
            ? JsonValue.Create(kind == JsonValueKind.True)
            : null;
    }

    private JsonValue? ReadWord(JsonElement element, Type type, string path)
    {
        if (!IsKind(element, JsonValueKind.String, "a word", path)
            || ReadText(element, path) is not { } word)
        {
            return null;
        }

        var known = Enum.GetValuesAsUnderlyingType(type).Cast<object>()
            .Select(value => JsonSerializer.SerializeToNode(
                Enum.ToObject(type, value), type, FarmJson.Options)!.GetValue<string>())
            .ToList();
        if (known.Contains(word))
        {
            return JsonValue.Create(word);
        }

        var hint = Suggestion.For(word, known);
        faults.Unreadable(
            "unknown-word",
            path,
            $"'{TextRules.Excerpt(word)}' is none of {string.Join(", ", known)}.{hint}");
        return null;
    }

    private JsonValue? ReadForm(
        JsonElement element, string path, string expected, Func<string, bool> fits)
    {
        if (!IsKind(element, JsonValueKind.String, expected, path)
            || ReadText(element, path) is not { } text)
        {
            return null;
        }

        if (fits(text))
        {
            return JsonValue.Create(text);
        }

        faults.Unreadable(
            "wrong-type", path, $"Expected {expected}, found '{TextRules.Excerpt(text)}'.");
        return null;
    }

    private string? ReadText(JsonElement element, string path)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            faults.Unreadable(
                "bad-character", path, "Expected text, found half a surrogate pair.");
            return null;
        }
    }

    private bool IsKind(JsonElement element, JsonValueKind kind, string expected, string path)
    {
        if (element.ValueKind == kind)
        {
            return true;
        }

        var found = element.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => "text",
            JsonValueKind.Number => "a number",
            JsonValueKind.Null => "null",
            _ => element.GetRawText(),
        };
        faults.Unreadable("wrong-type", path, $"Expected {expected}, found {found}.");
        return false;
    }
}
