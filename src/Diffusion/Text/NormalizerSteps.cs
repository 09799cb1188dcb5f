using System.Text.Json;

namespace RenderFarm.Diffusion.Text;

/// <summary>The normaliser of a tokenizer.json, as one function.</summary>
internal static class NormalizerSteps
{
    public static Func<string, string> Read(JsonElement element)
    {
        if (element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return static text => text;
        }

        var type = element.GetProperty("type").GetString();
        return type switch
        {
            "Sequence" => Sequence(element.GetProperty("normalizers")),
            "Lowercase" => TextNormalizer.Lower,
            "NFC" => TextNormalizer.Compose,
            "Replace" => Replace(element),
            "Strip" => Strip(element),
            "Prepend" => Prepend(element.GetProperty("prepend").GetString()!),
            "Precompiled" => Precompiled(element.GetProperty("precompiled_charsmap")),
            _ => throw new ModelException(
                "normalizer: expected Sequence, Lowercase, NFC, Replace, Strip, Prepend or "
                + $"Precompiled, found {type}."),
        };
    }

    private static Func<string, string> Sequence(JsonElement steps)
    {
        Func<string, string>[] all = [.. steps.EnumerateArray().Select(Read)];
        return text => all.Aggregate(text, (current, step) => step(current));
    }

    private static Func<string, string> Replace(JsonElement element)
    {
        var content = element.GetProperty("content").GetString()!;
        var pattern = PatternOf(element.GetProperty("pattern"));
        return text => pattern.Replace(text, content);
    }

    private static Func<string, string> Strip(JsonElement element)
    {
        var (left, right) = (IsSet(element, "strip_left"), IsSet(element, "strip_right"));
        return text => (left, right) switch
        {
            (true, true) => text.Trim(),
            (true, false) => text.TrimStart(),
            (false, true) => text.TrimEnd(),
            _ => text,
        };
    }

    private static Func<string, string> Prepend(string prefix) =>
        text => text.Length == 0 ? text : prefix + text;

    private static Func<string, string> Precompiled(JsonElement charsMap)
    {
        if (charsMap.ValueKind != JsonValueKind.String || charsMap.GetString()!.Length == 0)
        {
            return static text => text;
        }

        return new CharsMap(charsMap.GetBytesFromBase64()).Normalize;
    }

    internal static RunePattern PatternOf(JsonElement pattern) =>
        pattern.TryGetProperty("Regex", out var regex)
            ? new RunePattern(regex.GetString()!)
            : RunePattern.OfText(pattern.GetProperty("String").GetString()!);

    internal static bool IsSet(JsonElement element, string name, bool fallback = false) =>
        element.TryGetProperty(name, out var flag)
        && flag.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? flag.ValueKind == JsonValueKind.True
            : fallback;
}
