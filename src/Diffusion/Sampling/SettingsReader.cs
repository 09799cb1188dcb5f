using System.Text.Json;

namespace RenderFarm.Diffusion.Sampling;

/// <summary>
/// Reads the keys of a configuration and remembers every fault, so that a file is wrong once and
/// not one line at a time. A key that is missing or null has its default.
/// </summary>
internal sealed class SettingsReader(JsonElement root, string path)
{
    private readonly List<string> faults = [];

    public void Refuse(string key, string expected) =>
        faults.Add($"{key}: expected {expected}, found {Find(key)?.GetRawText() ?? "none"}");

    /// <exception cref="ModelException">There was a fault: all of them.</exception>
    public void ThrowIfFaulty()
    {
        if (faults.Count > 0)
        {
            throw new ModelException($"{path}: {string.Join("; ", faults)}.");
        }
    }

    public string Text(string key, string fallback)
    {
        if (Find(key) is not { } found)
        {
            return fallback;
        }

        if (found.ValueKind == JsonValueKind.String)
        {
            return found.GetString()!;
        }

        Refuse(key, "a text");
        return fallback;
    }

    public T Choice<T>(string key, string fallback, params (string Name, T Value)[] choices)
    {
        var text = Text(key, fallback);
        foreach (var (name, value) in choices)
        {
            if (name == text)
            {
                return value;
            }
        }

        Refuse(key, string.Join(" or ", choices.Select(choice => $"\"{choice.Name}\"")));
        return choices[0].Value;
    }

    public bool Flag(string key, bool fallback = false)
    {
        if (Find(key) is not { } found)
        {
            return fallback;
        }

        if (found.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Refuse(key, "true or false");
        }

        return found.ValueKind == JsonValueKind.True;
    }

    public double? Number(string key)
    {
        if (Find(key) is not { } found)
        {
            return null;
        }

        if (found.ValueKind == JsonValueKind.Number && double.IsFinite(found.GetDouble()))
        {
            return found.GetDouble();
        }

        Refuse(key, "a number");
        return null;
    }

    public double Number(string key, double fallback, double least, double most)
    {
        var number = Number(key) ?? fallback;
        if (number >= least && number <= most)
        {
            return number;
        }

        Refuse(key, $"a number from {least} to {most}");
        return fallback;
    }

    public int Count(string key, int fallback, int least, int most)
    {
        var number = Number(key) ?? fallback;
        if (number >= least && number <= most && number == Math.Floor(number))
        {
            return (int)number;
        }

        Refuse(key, $"a whole number from {least} to {most}");
        return fallback;
    }

    public IReadOnlyList<double>? Numbers(string key)
    {
        if (Find(key) is not { } found)
        {
            return null;
        }

        if (found.ValueKind == JsonValueKind.Array
            && found.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number))
        {
            return [.. found.EnumerateArray().Select(item => item.GetDouble())];
        }

        Refuse(key, "a list of numbers");
        return null;
    }

    private JsonElement? Find(string key) =>
        root.ValueKind == JsonValueKind.Object
        && root.TryGetProperty(key, out var element)
        && element.ValueKind != JsonValueKind.Null
            ? element
            : null;
}
