using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace RenderFarm.Diffusion.Text;

/// <summary>
/// A regular expression over letters. .NET's see UTF-16 halves, which belong to no class; here a
/// letter of two halves is matched as a letter of one half that has its class.
/// </summary>
internal sealed class RunePattern
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly Regex regex;

    /// <exception cref="ModelException">It is no pattern that .NET knows.</exception>
    public RunePattern(string pattern)
    {
        try
        {
            regex = new Regex(pattern, RegexOptions.CultureInvariant, Longest);
        }
        catch (ArgumentException fault)
        {
            throw new ModelException($"Regex: {fault.Message}");
        }
    }

    public static RunePattern OfText(string text) => new(Regex.Escape(text));

    /// <summary>The text in order, cut where matches start and end.</summary>
    public IEnumerable<(string Text, bool IsMatch)> Split(string text)
    {
        var (shadow, places) = Shadow(text);
        var start = 0;
        for (var match = regex.Match(shadow); match.Success; match = match.NextMatch())
        {
            if (match.Length == 0)
            {
                continue;
            }

            var (from, to) = (places[match.Index], places[match.Index + match.Length]);
            if (from > start)
            {
                yield return (text[start..from], false);
            }

            yield return (text[from..to], true);
            start = to;
        }

        if (start < text.Length)
        {
            yield return (text[start..], false);
        }
    }

    public string Replace(string text, string content) => string.Concat(
        Split(text).Select(part => part.IsMatch ? content : part.Text));

    private static (string Shadow, int[] Places) Shadow(string text)
    {
        var shadow = new StringBuilder(text.Length);
        var places = new List<int>(text.Length + 1);
        var place = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            places.Add(place);
            shadow.Append(rune.IsBmp ? (char)rune.Value : LikeOf(rune));
            place += rune.Utf16SequenceLength;
        }

        places.Add(place);
        return (shadow.ToString(), [.. places]);
    }

    private static char LikeOf(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter => '\u0186',
        UnicodeCategory.LowercaseLetter => '\u0254',
        UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
            or UnicodeCategory.OtherLetter => '\u4e00',
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber
            or UnicodeCategory.OtherNumber => '\u0663',
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark => '\u0301',
        UnicodeCategory.OtherPunctuation => '\u2020',
        _ => '\u2603',
    };
}
