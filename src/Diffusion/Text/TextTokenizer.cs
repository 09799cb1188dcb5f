namespace RenderFarm.Diffusion.Text;

/// <summary>
/// Text to the ids that a text encoder was trained with: added tokens are taken out, the rest is
/// normalised, split into pieces and spelt by the model; then come the ids before and after.
/// Prompts are as the reference reads them, special tokens in them included.
/// </summary>
internal sealed class TextTokenizer
{
    private readonly AddedTokens raw;
    private readonly AddedTokens normal;

    /// <param name="added">Tokens that are found in the text as they are.</param>
    /// <param name="normalize">Before the text is split.</param>
    public TextTokenizer(IReadOnlyList<AddedToken> added, Func<string, string> normalize)
    {
        Normalize = normalize;
        raw = new AddedTokens(added.Where(token => !token.IsNormalized), static text => text);
        normal = new AddedTokens(added.Where(token => token.IsNormalized), normalize);
    }

    public Func<string, string> Normalize { get; }

    public required TokenModel Model { get; init; }

    public Func<TextPiece, IEnumerable<TextPiece>> SplitWords { get; init; } =
        static piece => [piece];

    /// <summary>Ids before those of the text.</summary>
    public IReadOnlyList<int> FirstIds { get; init; } = [];

    /// <summary>Ids after those of the text.</summary>
    public IReadOnlyList<int> LastIds { get; init; } = [];

    /// <summary>What fills up what is short.</summary>
    public int PaddingId { get; init; }

    /// <summary>How many ids the encoder takes, as the files say; null where they do not.</summary>
    public int? Length { get; init; }

    /// <summary>All ids of a text, with those before and after.</summary>
    public int[] Encode(string text) => [.. FirstIds, .. TextIds(text), .. LastIds];

    /// <summary>So many ids: text that does not fit is cut, what is short is padded.</summary>
    public TokenIds Encode(string text, int length)
    {
        var ids = TextIds(text);
        var room = Math.Max(0, length - FirstIds.Count - LastIds.Count);
        var whole = (int[])[.. FirstIds, .. ids.Take(room), .. LastIds];
        var padded = new int[length];
        Array.Fill(padded, PaddingId);
        var count = Math.Min(length, whole.Length);
        whole.AsSpan(0, count).CopyTo(padded);
        return new TokenIds(padded, count);
    }

    private List<int> TextIds(string text)
    {
        List<int> ids = [];
        var isFirst = true;
        foreach (var (between, rawId) in raw.Split(text))
        {
            if (rawId is { } id)
            {
                ids.Add(id);
            }
            else
            {
                Add(between, isFirst, ids);
            }

            isFirst = false;
        }

        return ids;
    }

    private void Add(string text, bool isFirst, List<int> ids)
    {
        foreach (var (between, normalId) in normal.Split(Normalize(text)))
        {
            if (normalId is { } id)
            {
                ids.Add(id);
            }
            else
            {
                foreach (var piece in SplitWords(new TextPiece(between, isFirst)))
                {
                    Model.Encode(piece.Text, ids);
                }
            }

            isFirst = false;
        }
    }
}
