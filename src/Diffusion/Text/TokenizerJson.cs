using System.Text.Json;

namespace RenderFarm.Diffusion.Text;

/// <summary>
/// Reads Hugging Face's tokenizer.json of a BPE or unigram model. What the file asks for and this
/// reader lacks is refused: a tokenizer that nearly fits gives a wrong film, and no error.
/// </summary>
internal static class TokenizerJson
{
    /// <exception cref="ModelException">What was expected, and what was found.</exception>
    public static TextTokenizer Read(JsonElement root, string path, bool findsAdded = true)
    {
        try
        {
            return Read(root, findsAdded);
        }
        catch (Exception fault) when (fault is KeyNotFoundException or InvalidOperationException
            or FormatException or ArgumentException or ModelException)
        {
            throw new ModelException($"{path}: {fault.Message}");
        }
    }

    internal static Dictionary<string, int> Vocabulary(JsonElement vocabulary) =>
        vocabulary.EnumerateObject()
            .ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32());

    internal static Dictionary<(string, string), int> Ranks(
        IEnumerable<(string Left, string Right)> merges)
    {
        Dictionary<(string, string), int> ranks = [];
        foreach (var merge in merges)
        {
            ranks[merge] = ranks.Count;
        }

        return ranks;
    }

    private static TextTokenizer Read(JsonElement root, bool findsAdded)
    {
        var model = ReadModel(root.GetProperty("model"));
        var (first, last) = TokenEnds.Read(Part(root, "post_processor"));
        var padding = Part(root, "padding");
        var truncation = Part(root, "truncation");
        return new TextTokenizer(
            findsAdded ? [.. ReadAdded(root, model)] : [],
            NormalizerSteps.Read(Part(root, "normalizer")))
        {
            Model = model,
            SplitWords = WordSteps.Read(Part(root, "pre_tokenizer")),
            FirstIds = first,
            LastIds = last,
            PaddingId = IsObject(padding) ? padding.GetProperty("pad_id").GetInt32() : 0,
            Length = IsObject(truncation) ? truncation.GetProperty("max_length").GetInt32() : null,
        };
    }

    private static TokenModel ReadModel(JsonElement model)
    {
        var type = TypeOf(model);
        return type switch
        {
            "BPE" => ReadBpe(model),
            "Unigram" => ReadUnigram(model),
            _ => throw new ModelException($"model.type: expected BPE or Unigram, found {type}."),
        };
    }

    // Files of before 2021 do not name the type; only a unigram's vocabulary is a list.
    private static string TypeOf(JsonElement model) => model.TryGetProperty("type", out var type)
        ? type.GetString()!
        : model.GetProperty("vocab").ValueKind == JsonValueKind.Array ? "Unigram" : "BPE";

    private static BpeModel ReadBpe(JsonElement model)
    {
        if (Part(model, "dropout") is { ValueKind: JsonValueKind.Number } dropout
            && dropout.GetDouble() != 0)
        {
            throw new ModelException($"model.dropout: expected none, found {dropout}.");
        }

        var merges = model.GetProperty("merges").EnumerateArray().Select(Pair);
        var ranks = Ranks(merges);
        var vocabulary = Vocabulary(model.GetProperty("vocab"));
        var inner = Text(model, "continuing_subword_prefix");
        foreach (var (left, right) in ranks.Keys)
        {
            if (!vocabulary.ContainsKey(left + right[inner.Length..]))
            {
                throw new ModelException($"model.vocab: lacks what {left} and {right} make.");
            }
        }

        return new BpeModel
        {
            Vocabulary = vocabulary,
            MergeRanks = ranks,
            Unknown = Text(model, "unk_token") is { Length: > 0 } unknown ? unknown : null,
            FusesUnknown = NormalizerSteps.IsSet(model, "fuse_unk"),
            FallsBackToBytes = NormalizerSteps.IsSet(model, "byte_fallback"),
            PrefersWhole = NormalizerSteps.IsSet(model, "ignore_merges"),
            InnerPrefix = inner,
            EndSuffix = Text(model, "end_of_word_suffix"),
        };
    }

    // A merge is "a b" in older files, ["a", "b"] in newer ones.
    private static (string Left, string Right) Pair(JsonElement merge)
    {
        string[] pair = merge.ValueKind == JsonValueKind.Array
            ? [.. merge.EnumerateArray().Select(part => part.GetString()!)]
            : merge.GetString()!.Split(' ');
        return pair.Length == 2
            ? (pair[0], pair[1])
            : throw new ModelException($"merges: expected 2 parts, found {merge}.");
    }

    private static UnigramModel ReadUnigram(JsonElement model)
    {
        UnigramToken[] vocabulary =
        [
            .. model.GetProperty("vocab").EnumerateArray()
                .Select(entry => new UnigramToken(entry[0].GetString()!, entry[1].GetDouble())),
        ];
        var unknown = Part(model, "unk_id");
        return unknown.ValueKind == JsonValueKind.Number && vocabulary.Length > 0
            ? new UnigramModel(
                vocabulary,
                unknown.GetInt32(),
                NormalizerSteps.IsSet(model, "byte_fallback"),
                isSingle: false)
            : throw new ModelException("model.unk_id: expected a number, found none.");
    }

    private static IEnumerable<AddedToken> ReadAdded(JsonElement root, TokenModel model)
    {
        var added = Part(root, "added_tokens");
        if (added.ValueKind != JsonValueKind.Array)
        {
            yield break;
        }

        foreach (var token in added.EnumerateArray())
        {
            var content = Text(token, "content");
            yield return new AddedToken(
                content,
                model.IdOf(content) ?? token.GetProperty("id").GetInt32(),
                NormalizerSteps.IsSet(token, "single_word"),
                NormalizerSteps.IsSet(token, "lstrip"),
                NormalizerSteps.IsSet(token, "rstrip"),
                NormalizerSteps.IsSet(token, "normalized"));
        }
    }

    private static JsonElement Part(JsonElement element, string name) =>
        element.TryGetProperty(name, out var part) ? part : default;

    private static bool IsObject(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object;

    private static string Text(JsonElement element, string name) =>
        Part(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";
}
