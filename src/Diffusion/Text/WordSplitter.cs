using System.Globalization;
using System.Text;

namespace RenderFarm.Diffusion.Text;

/// <summary>
/// Splits text into words as <see cref="Pattern"/> does: a run of letters, one digit, or a run of
/// other signs, each with the space before it. Written out, because .NET's regular expressions
/// see UTF-16 halves where the tokenizer file means letters.
/// </summary>
internal static class WordSplitter
{
    public const string Pattern = @" ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+";

    private enum Kind
    {
        Space,
        Letter,
        Digit,
        Other,
    }

    public static IEnumerable<string> Split(string text)
    {
        var start = 0;
        var index = 0;
        var last = Kind.Digit;
        foreach (var rune in text.EnumerateRunes())
        {
            var kind = KindOf(rune);
            var joins = last != Kind.Digit && (last == Kind.Space || kind == last);
            if (!(joins && kind != Kind.Space) && index > start)
            {
                yield return text[start..index];
                start = index;
            }

            last = kind;
            index += rune.Utf16SequenceLength;
        }

        if (index > start)
        {
            yield return text[start..index];
        }
    }

    private static Kind KindOf(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        _ when Rune.IsWhiteSpace(rune) => Kind.Space,
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
            or UnicodeCategory.OtherLetter => Kind.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber
            or UnicodeCategory.OtherNumber => Kind.Digit,
        _ => Kind.Other,
    };
}
