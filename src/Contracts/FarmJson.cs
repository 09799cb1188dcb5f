using System.Text.Json;
using System.Text.Json.Serialization;

namespace RenderFarm.Contracts;

/// <summary>How every message and document of the farm is written as JSON.</summary>
public static class FarmJson
{
    /// <summary>Deepest nesting that any document of the farm may have.</summary>
    public const int MaxDepth = 32;

    /// <summary>
    /// camelCase, nothing null where the type forbids it, required members required, unknown
    /// fields ignored (so that adding a field is compatible), absent values left out.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create(indented: false);

    /// <summary>The same, indented, for documents that people read.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    private static JsonSerializerOptions Create(bool indented)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            MaxDepth = MaxDepth,
            NumberHandling = JsonNumberHandling.Strict,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            WriteIndented = indented,
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
