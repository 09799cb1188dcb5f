namespace RenderFarm.Diffusion.Text;

/// <summary>
/// Byte-pair encoding, https://arxiv.org/abs/1508.07909: of the pairs side by side, the one of
/// lowest rank, leftmost first, is joined until none has a rank.
/// </summary>
internal sealed class BpeModel : TokenModel
{
    public required IReadOnlyDictionary<string, int> Vocabulary { get; init; }

    public required IReadOnlyDictionary<(string, string), int> MergeRanks { get; init; }

    /// <summary>Stands for letters that the vocabulary lacks; null drops them.</summary>
    public string? Unknown { get; init; }

    /// <summary>Unknown letters side by side are one.</summary>
    public bool FusesUnknown { get; init; }

    /// <summary>Unknown letters are spelt by their bytes.</summary>
    public bool FallsBackToBytes { get; init; }

    /// <summary>A piece that is a token is that token, whatever the merges say.</summary>
    public bool PrefersWhole { get; init; }

    /// <summary>Before every letter but a piece's first.</summary>
    public string InnerPrefix { get; init; } = "";

    /// <summary>After a piece's last letter.</summary>
    public string EndSuffix { get; init; } = "";

    public override int? IdOf(string token) =>
        Vocabulary.TryGetValue(token, out var id) ? id : null;

    public override void Encode(string piece, List<int> ids)
    {
        if (PrefersWhole && IdOf(piece) is { } whole)
        {
            ids.Add(whole);
            return;
        }

        var symbols = Spell(piece);
        while (BestPair(symbols) is var best and >= 0)
        {
            symbols[best] += symbols[best + 1][InnerPrefix.Length..];
            symbols.RemoveAt(best + 1);
        }

        ids.AddRange(symbols.Select(symbol => Vocabulary[symbol]));
    }

    private List<string> Spell(string piece)
    {
        List<string> symbols = [];
        var isUnknown = false;
        var index = 0;
        foreach (var rune in piece.EnumerateRunes())
        {
            var end = index + rune.Utf16SequenceLength;
            var symbol = (index > 0 ? InnerPrefix : "") + rune
                + (end == piece.Length ? EndSuffix : "");
            index = end;
            var wasUnknown = isUnknown;
            isUnknown = false;
            if (Vocabulary.ContainsKey(symbol))
            {
                symbols.Add(symbol);
            }
            else if (FallsBackToBytes && ByteNames(symbol).All(Vocabulary.ContainsKey))
            {
                symbols.AddRange(ByteNames(symbol));
            }
            else if (Unknown is not null)
            {
                isUnknown = true;
                if (!(wasUnknown && FusesUnknown))
                {
                    symbols.Add(Unknown);
                }
            }
        }

        return symbols;
    }

    private int BestPair(List<string> symbols)
    {
        var (best, bestRank) = (-1, int.MaxValue);
        for (var i = 0; i < symbols.Count - 1; i++)
        {
            if (MergeRanks.TryGetValue((symbols[i], symbols[i + 1]), out var rank)
                && rank < bestRank)
            {
                (best, bestRank) = (i, rank);
            }
        }

        return best;
    }
}
