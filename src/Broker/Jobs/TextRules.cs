using System.Globalization;

namespace RenderFarm.Broker.Jobs;

/// <summary>Which characters may stand in words that people write.</summary>
internal static class TextRules
{
    /// <summary>The index of the first control character or half surrogate, or -1.</summary>
    public static int FirstBadCharacter(string text, bool allowLines)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length
                && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i])
                || (char.IsControl(text[i]) && !(allowLines && text[i] is '\n' or '\t')))
            {
                return i;
            }
        }

        return -1;
    }

    public static string Describe(char letter)
    {
        var what = char.IsSurrogate(letter) ? "half a surrogate pair" : "a control character";
        var code = ((int)letter).ToString("X4", CultureInfo.InvariantCulture);
        return $"Expected text, found {what} (U+{code}).";
    }

    /// <summary>The words with one space between them.</summary>
    public static string Fold(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Whether this can be a shot's or a job's name: 1 to 64 of a-z 0-9 -.</summary>
    public static bool IsId(string text) =>
        text.Length is >= 1 and <= 64 && text[0] != '-'
        && text.All(letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    /// <summary>The text, cut short for a message.</summary>
    public static string Excerpt(string text)
    {
        const int longest = 40;
        return text.Length <= longest ? text : text[..longest] + "...";
    }
}
