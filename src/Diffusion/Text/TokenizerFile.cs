using System.Text.Json;
using RenderFarm.Diffusion.Model;

namespace RenderFarm.Diffusion.Text;

/// <summary>
/// Reads Hugging Face's tokenizer.json of a byte-level BPE. What the file asks for and this reader
/// lacks is refused: a tokenizer that nearly fits gives a wrong film, and no error.
/// </summary>
internal static class TokenizerFile
{
    public const string Path = "tokenizer/tokenizer.json";

    public static BpeTokenizer Read(PackageFolder folder)
    {
        using var document = folder.ReadJson(Path);
        try
        {
            return Read(document.RootElement);
        }
        catch (Exception fault) when (fault is KeyNotFoundException or InvalidOperationException
            or FormatException or ArgumentException)
        {
            throw new ModelException($"{Path}: not a byte-level BPE: {fault.Message}");
        }
    }

    private static BpeTokenizer Read(JsonElement root)
    {
        var length = root.GetProperty("padding").GetProperty("strategy").GetProperty("Fixed");
        var truncation = root.GetProperty("truncation").GetProperty("max_length").GetInt32();
        Expect("truncation.max_length", $"{length.GetInt32()}", $"{truncation}");
        CheckSplit(root.GetProperty("pre_tokenizer").GetProperty("pretokenizers"));
        var model = root.GetProperty("model");
        Expect("model.type", "BPE", Text(model, "type"));
        var (first, last) = ReadEnds(root.GetProperty("post_processor"));
        return new BpeTokenizer
        {
            Length = truncation,
            FirstId = first,
            LastId = last,
            PaddingId = root.GetProperty("padding").GetProperty("pad_id").GetInt32(),
            Normalizers = [.. Parts(root.GetProperty("normalizer"), "normalizers").Select(Normal)],
            Vocabulary = model.GetProperty("vocab").EnumerateObject()
                .ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32()),
            MergeRanks = ReadMerges(model.GetProperty("merges")),
        };
    }

    private static JsonElement[] Parts(JsonElement element, string name) =>
        Text(element, "type") == "Sequence"
            ? [.. element.GetProperty(name).EnumerateArray()]
            : [element];

    private static Func<string, string> Normal(JsonElement step)
    {
        var type = Text(step, "type");
        if (type == "Replace")
        {
            var pattern = Text(step.GetProperty("pattern"), "Regex");
            Expect("normalizer.pattern", @"\s+", pattern);
            Expect("normalizer.content", " ", Text(step, "content"));
        }

        return type switch
        {
            "Lowercase" => TextNormalizer.Lower,
            "NFC" => TextNormalizer.Compose,
            "Replace" => TextNormalizer.CollapseSpace,
            "Strip" => static text => text.Trim(),
            _ => throw new ModelException(
                $"{Path}: normalizer: expected Lowercase, NFC, Replace or Strip, found {type}."),
        };
    }

    private static void CheckSplit(JsonElement steps)
    {
        Expect(
            "pre_tokenizer",
            "Split, ByteLevel",
            string.Join(", ", steps.EnumerateArray().Select(step => Text(step, "type"))));
        var split = steps[0];
        Expect("Split", WordSplitter.Pattern, Text(split.GetProperty("pattern"), "Regex"));
        Expect("Split.behavior", "Isolated", Text(split, "behavior"));
        Expect("Split.invert", "False", $"{split.GetProperty("invert").GetBoolean()}");
        var bytes = steps[1];
        Expect("use_regex", "False", $"{bytes.GetProperty("use_regex").GetBoolean()}");
        var prefix = bytes.GetProperty("add_prefix_space").GetBoolean();
        Expect("add_prefix_space", "False", $"{prefix}");
    }

    private static (int First, int Last) ReadEnds(JsonElement template)
    {
        Expect("post_processor", "TemplateProcessing", Text(template, "type"));
        var parts = template.GetProperty("single");
        var order = parts.EnumerateArray().Select(part => part.EnumerateObject().Single().Name);
        Expect("single", "SpecialToken, Sequence, SpecialToken", string.Join(", ", order));
        var specials = template.GetProperty("special_tokens");

        int IdOf(JsonElement part) =>
            specials.GetProperty(Text(part.GetProperty("SpecialToken"), "id"))
                .GetProperty("ids")[0].GetInt32();

        return (IdOf(parts[0]), IdOf(parts[2]));
    }

    // A merge is "a b" in older files, ["a", "b"] in newer ones.
    private static Dictionary<(string, string), int> ReadMerges(JsonElement merges)
    {
        Dictionary<(string, string), int> ranks = new(merges.GetArrayLength());
        foreach (var merge in merges.EnumerateArray())
        {
            string[] pair = merge.ValueKind == JsonValueKind.Array
                ? [.. merge.EnumerateArray().Select(part => part.GetString()!)]
                : merge.GetString()!.Split(' ');
            Expect("merges", "2 parts", $"{pair.Length} parts");
            ranks.TryAdd((pair[0], pair[1]), ranks.Count);
        }

        return ranks;
    }

    private static string Text(JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? "";

    private static void Expect(string what, string expected, string found)
    {
        if (expected != found)
        {
            throw new ModelException($"{Path}: {what}: expected {expected}, found {found}.");
        }
    }
}
