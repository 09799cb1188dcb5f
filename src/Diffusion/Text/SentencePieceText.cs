using System.Text;

namespace RenderFarm.Diffusion.Text;

/// <summary>
/// SentencePiece's own normalisation: longest entries of its map, one space for several, and '▁'
/// for a space. https://github.com/google/sentencepiece/blob/master/doc/normalization.md
/// </summary>
internal sealed class SentencePieceText
{
    public const char Space = '\u2581';

    public CharsMap? Map { get; init; }

    /// <summary>Tokens that no entry of the map may cut.</summary>
    public IReadOnlyList<string> UserDefined { get; init; } = [];

    public bool AddsPrefix { get; init; } = true;

    public bool CollapsesSpace { get; init; } = true;

    public bool EscapesSpace { get; init; } = true;

    public string Normalize(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var normal = new StringBuilder(text.Length + 1);
        var mark = EscapesSpace ? Space : ' ';
        var wasSpace = CollapsesSpace;
        var hasBegun = false;
        for (var start = 0; start < bytes.Length;)
        {
            var (part, length) = Prefix(bytes.AsSpan(start));
            start += length;
            if (wasSpace)
            {
                part = part.TrimStart(' ');
            }

            if (part.Length == 0)
            {
                continue;
            }

            if (!hasBegun && AddsPrefix)
            {
                normal.Append(mark);
            }

            hasBegun = true;
            normal.Append(part.Replace(' ', mark));
            wasSpace = CollapsesSpace && part[^1] == ' ';
        }

        while (CollapsesSpace && normal.Length > 0 && normal[^1] == mark)
        {
            normal.Length--;
        }

        return normal.ToString();
    }

    private (string Text, int Length) Prefix(ReadOnlySpan<byte> bytes)
    {
        var longest = "";
        foreach (var token in UserDefined)
        {
            if (token.Length > longest.Length && bytes.StartsWith(Encoding.UTF8.GetBytes(token)))
            {
                longest = token;
            }
        }

        if (longest.Length > 0)
        {
            return (longest, Encoding.UTF8.GetByteCount(longest));
        }

        if (Map?.Find(bytes, isLongest: true) is { } found)
        {
            return found;
        }

        _ = Rune.DecodeFromUtf8(bytes, out var rune, out var length);
        return (rune.ToString(), length);
    }
}
