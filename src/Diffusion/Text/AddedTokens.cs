using System.Globalization;
using System.Text;

namespace RenderFarm.Diffusion.Text;

/// <summary>Finds added tokens: the leftmost, and of those the longest.</summary>
internal sealed class AddedTokens
{
    private readonly List<(string Content, AddedToken Token)> tokens;

    /// <param name="tokens">All of one kind, normalised or not.</param>
    /// <param name="look">What their contents look like in the text.</param>
    public AddedTokens(IEnumerable<AddedToken> tokens, Func<string, string> look) =>
        this.tokens =
        [
            .. tokens.Select(token => (Content: look(token.Content), token))
                .Where(pair => pair.Content.Length > 0)
                .OrderByDescending(pair => pair.Content.Length),
        ];

    /// <summary>The text in order: what lies between tokens, and the ids of tokens.</summary>
    public IEnumerable<(string Text, int? Id)> Split(string text)
    {
        var (start, from) = (0, 0);
        while (tokens.Count > 0 && Find(text, from) is var (at, content, token))
        {
            var end = at + content.Length;
            from = end;
            if (token.IsWord && (IsWordEnd(text, at) || IsWordStart(text, end)))
            {
                continue;
            }

            while (token.TakesLeft && at > start && char.IsWhiteSpace(text[at - 1]))
            {
                at--;
            }

            while (token.TakesRight && end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            if (at > start)
            {
                yield return (text[start..at], null);
            }

            yield return (text[..0], token.Id);
            (start, from) = (end, end);
        }

        if (start < text.Length)
        {
            yield return (text[start..], null);
        }
    }

    private (int At, string Content, AddedToken Token)? Find(string text, int from)
    {
        (int At, string Content, AddedToken Token)? found = null;
        foreach (var (content, token) in tokens)
        {
            var most = found is { } best ? best.At + content.Length - 1 : text.Length;
            var room = Math.Min(most, text.Length) - from;
            var at = room < content.Length
                ? -1
                : text.IndexOf(content, from, room, StringComparison.Ordinal);
            if (at >= 0)
            {
                found = (at, content, token);
            }
        }

        return found;
    }

    private static bool IsWordEnd(string text, int at) =>
        at > 0 && Rune.DecodeLastFromUtf16(text.AsSpan(0, at), out var rune, out _) == 0
        && IsWord(rune);

    private static bool IsWordStart(string text, int at) =>
        at < text.Length && Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out _) == 0
        && IsWord(rune);

    // What \w is in the regular expressions of the reference.
    private static bool IsWord(Rune rune) => Rune.IsLetter(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber
            or UnicodeCategory.ConnectorPunctuation;
}
