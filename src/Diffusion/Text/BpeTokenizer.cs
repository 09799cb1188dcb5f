namespace RenderFarm.Diffusion.Text;

/// <summary>
/// Byte-level BPE: normalised text, split into words, spelt as bytes, merged by rank. Text that
/// looks like a special token is text.
/// </summary>
internal sealed class BpeTokenizer
{
    /// <summary>How many ids the text encoder takes.</summary>
    public required int Length { get; init; }

    public required int FirstId { get; init; }

    public required int LastId { get; init; }

    public required int PaddingId { get; init; }

    public required IReadOnlyList<Func<string, string>> Normalizers { get; init; }

    public required IReadOnlyDictionary<string, int> Vocabulary { get; init; }

    public required IReadOnlyDictionary<(string, string), int> MergeRanks { get; init; }

    /// <summary>The ids of a text; what does not fit is cut off.</summary>
    public TokenIds Encode(string text)
    {
        foreach (var normalize in Normalizers)
        {
            text = normalize(text);
        }

        var ids = new int[Length];
        Array.Fill(ids, PaddingId);
        ids[0] = FirstId;
        var count = 1;
        foreach (var word in WordSplitter.Split(text))
        {
            foreach (var symbol in Merge(ByteAlphabet.Spell(word)))
            {
                if (count == Length - 1)
                {
                    break;
                }

                ids[count++] = IdOf(symbol);
            }
        }

        ids[count++] = LastId;
        return new TokenIds(ids, count);
    }

    private List<string> Merge(string word)
    {
        List<string> symbols = [.. word.Select(letter => letter.ToString())];
        while (symbols.Count > 1)
        {
            var best = BestPair(symbols);
            if (best < 0)
            {
                break;
            }

            var (left, right) = (symbols[best], symbols[best + 1]);
            for (var i = best; i < symbols.Count - 1; i++)
            {
                if (symbols[i] == left && symbols[i + 1] == right)
                {
                    symbols[i] = left + right;
                    symbols.RemoveAt(i + 1);
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

    private int IdOf(string symbol) => Vocabulary.TryGetValue(symbol, out var id)
        ? id
        : throw new ModelException($"{TokenizerFile.Path}: vocab lacks '{symbol}'.");
}
