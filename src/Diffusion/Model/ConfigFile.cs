using System.Text.Json;

namespace RenderFarm.Diffusion.Model;

/// <summary>One of a package's configuration files, read strictly: no value is guessed.</summary>
internal sealed class ConfigFile(PackageFolder folder, string path) : IDisposable
{
    private readonly JsonDocument document = folder.ReadJson(path);

    public string Path => path;

    public JsonElement Root => document.RootElement;

    public string Text(string name, string? fallback = null) =>
        Read(name, JsonValueKind.String, element => element.GetString()!, fallback);

    public double Number(string name, double? fallback = null) =>
        Read<object>(name, JsonValueKind.Number, element => element.GetDouble(), fallback) is double
            number && double.IsFinite(number)
            ? number
            : throw Fault(name, "a finite number");

    public int Count(string name, int? fallback = null)
    {
        var number = Number(name, fallback);
        return number >= 1 && number <= int.MaxValue && number == Math.Floor(number)
            ? (int)number
            : throw Fault(name, "a whole number of at least 1");
    }

    /// <summary>A count, or that of a key within: transformers writes sizes in both ways.</summary>
    public int Count(string name, string key)
    {
        var found = Find(name);
        if (found is { ValueKind: JsonValueKind.Object } within)
        {
            found = within.TryGetProperty(key, out var inner) ? inner : null;
        }

        return found is { ValueKind: JsonValueKind.Number } number
            && number.TryGetInt32(out var count)
            && count >= 1
                ? count
                : throw Fault(name, $"a whole number of at least 1, itself or as {key}");
    }

    /// <summary>The first number of a list, or the fallback where there is no list.</summary>
    public int FirstCount(string name, int fallback) =>
        Find(name) is { ValueKind: JsonValueKind.Array } && Numbers(name) is [var first, ..]
            ? (int)first
            : fallback;

    /// <summary>How long a list is, or the fallback where there is none.</summary>
    public int ListLength(string name, int fallback) =>
        Find(name) is { ValueKind: JsonValueKind.Array } array
            ? Math.Max(1, array.GetArrayLength())
            : fallback;

    /// <summary>A number that may be missing.</summary>
    public double? MaybeNumber(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    /// <summary>Whether the file has it, and not as null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>The truths of a list, or the fallback where there is no list.</summary>
    public bool[] Flags(string name, bool[] fallback) =>
        Find(name) is not { } found ? fallback
        : found.ValueKind == JsonValueKind.Array && found.EnumerateArray().All(item =>
            item.ValueKind is JsonValueKind.True or JsonValueKind.False)
            ? [.. found.EnumerateArray().Select(item => item.GetBoolean())]
            : throw Fault(name, "a list of true and false");

    public bool IsSet(string name) => Find(name)?.ValueKind == JsonValueKind.True;

    public float[] Numbers(string name)
    {
        var found = Find(name);
        return found is { ValueKind: JsonValueKind.Array } array
            && array.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number)
            ? [.. array.EnumerateArray().Select(item => item.GetSingle())]
            : throw Fault(name, "a list of numbers");
    }

    public ModelException Fault(string name, string expected) =>
        new($"{path}: {name}: expected {expected}, found {Find(name)?.GetRawText() ?? "none"}.");

    public void Dispose() => document.Dispose();

    private T Read<T>(string name, JsonValueKind kind, Func<JsonElement, T> read, T? fallback)
        where T : class
    {
        var found = Find(name);
        return found is { } element && element.ValueKind == kind ? read(element)
            : found is null && fallback is not null ? fallback
            : throw Fault(name, kind == JsonValueKind.String ? "a text" : "a number");
    }

    // A null in the file means the same as a missing line: the default.
    private JsonElement? Find(string name) =>
        Root.ValueKind == JsonValueKind.Object
        && Root.TryGetProperty(name, out var element)
        && element.ValueKind != JsonValueKind.Null
            ? element
            : null;
}
