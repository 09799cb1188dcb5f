using System.Text.Json;

namespace RenderFarm.Diffusion.Text;

/// <summary>A piece of text, and whether nothing of the whole text lies before it.</summary>
internal readonly record struct TextPiece(string Text, bool IsFirst);

/// <summary>The pre-tokenizer of a tokenizer.json, from pieces of text to smaller ones.</summary>
internal static class WordSteps
{
    private const string Gpt2 =
        @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private delegate IEnumerable<string> Cut(TextPiece piece);

    public static Func<TextPiece, IEnumerable<TextPiece>> Read(JsonElement element)
    {
        if (element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return static piece => [piece];
        }

        var type = element.GetProperty("type").GetString();
        return type switch
        {
            "Sequence" => Sequence(element.GetProperty("pretokenizers")),
            "Split" => Pieces(SplitBy(element)),
            "ByteLevel" => Pieces(ByteLevel(element)),
            "Metaspace" => Pieces(Metaspace(element)),
            "WhitespaceSplit" => Pieces(Pattern(new RunePattern(@"\s+"), "Removed", false)),
            "Whitespace" => Pieces(Pattern(new RunePattern(@"\w+|[^\w\s]+"), "Removed", true)),
            "Punctuation" => Pieces(Pattern(
                new RunePattern(@"[\p{P}!-/:-@\[-`{-~]"),
                element.GetProperty("behavior").GetString()!,
                false)),
            "Digits" => Pieces(Pattern(
                new RunePattern(
                    NormalizerSteps.IsSet(element, "individual_digits") ? @"\p{N}" : @"\p{N}+"),
                "Isolated",
                false)),
            _ => throw new ModelException(
                "pre_tokenizer: expected Sequence, Split, ByteLevel, Metaspace, WhitespaceSplit, "
                + $"Whitespace, Punctuation or Digits, found {type}."),
        };
    }

    private static Func<TextPiece, IEnumerable<TextPiece>> Sequence(JsonElement steps)
    {
        Func<TextPiece, IEnumerable<TextPiece>>[] all = [.. steps.EnumerateArray().Select(Read)];
        return piece => all.Aggregate(
            (IEnumerable<TextPiece>)[piece],
            (pieces, step) => pieces.SelectMany(step));
    }

    // Empty pieces are dropped; where a first piece is dropped, what follows it is not first.
    private static Func<TextPiece, IEnumerable<TextPiece>> Pieces(Cut cut) => piece =>
        cut(piece).Select((text, index) => new TextPiece(text, piece.IsFirst && index == 0))
            .Where(part => part.Text.Length > 0);

    private static Cut SplitBy(JsonElement element) => Pattern(
        NormalizerSteps.PatternOf(element.GetProperty("pattern")),
        element.GetProperty("behavior").GetString()!,
        NormalizerSteps.IsSet(element, "invert"));

    private static Cut Pattern(RunePattern pattern, string behavior, bool isInverted)
    {
        if (behavior is not ("Removed" or "Isolated" or "MergedWithPrevious" or "MergedWithNext"
            or "Contiguous"))
        {
            throw new ModelException(
                "behavior: expected Removed, Isolated, MergedWithPrevious, MergedWithNext or "
                + $"Contiguous, found {behavior}.");
        }

        return piece => Join(
            pattern.Split(piece.Text).Select(part => (part.Text, part.IsMatch != isInverted)),
            behavior);
    }

    /// <summary>What becomes of the matches, which separate.</summary>
    private static IEnumerable<string> Join(
        IEnumerable<(string Text, bool IsMatch)> parts, string behavior)
    {
        var open = "";
        var wasMatch = false;
        foreach (var (text, isMatch) in parts)
        {
            switch (behavior)
            {
                case "Removed":
                    // An empty text stands for a match, so that places are kept.
                    yield return isMatch ? "" : text;
                    break;
                case "Isolated":
                    yield return text;
                    break;
                default:
                    var joins = behavior switch
                    {
                        "MergedWithPrevious" => isMatch && !wasMatch,
                        "MergedWithNext" => wasMatch && !isMatch,
                        _ => isMatch == wasMatch,
                    };
                    if (joins)
                    {
                        open += text;
                    }
                    else
                    {
                        if (open.Length > 0)
                        {
                            yield return open;
                        }

                        open = text;
                    }

                    break;
            }

            wasMatch = isMatch;
        }

        if (open.Length > 0)
        {
            yield return open;
        }
    }

    private static Cut ByteLevel(JsonElement element)
    {
        var addsSpace = NormalizerSteps.IsSet(element, "add_prefix_space", true);
        var pattern = NormalizerSteps.IsSet(element, "use_regex", true)
            ? new RunePattern(Gpt2)
            : null;
        return piece =>
        {
            var text = addsSpace && !piece.Text.StartsWith(' ') ? " " + piece.Text : piece.Text;
            return pattern is null
                ? [ByteAlphabet.Spell(text)]
                : pattern.Split(text).Select(part => ByteAlphabet.Spell(part.Text));
        };
    }

    private static Cut Metaspace(JsonElement element)
    {
        var mark = element.GetProperty("replacement").GetString()!;
        var scheme = element.TryGetProperty("prepend_scheme", out var found)
            ? found.GetString()!
            : NormalizerSteps.IsSet(element, "add_prefix_space", true) ? "always" : "never";
        if (scheme is not ("always" or "first" or "never"))
        {
            throw new ModelException(
                $"prepend_scheme: expected always, first or never, found {scheme}.");
        }

        var splits = NormalizerSteps.IsSet(element, "split", true);
        var pattern = RunePattern.OfText(mark);
        return piece =>
        {
            var text = piece.Text.Replace(" ", mark, StringComparison.Ordinal);
            var leads = scheme == "always" || (scheme == "first" && piece.IsFirst);
            if (leads && !text.StartsWith(mark, StringComparison.Ordinal))
            {
                text = mark + text;
            }

            return splits ? Join(pattern.Split(text), "MergedWithNext") : [text];
        };
    }
}
