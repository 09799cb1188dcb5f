using System.Globalization;
using System.Text;

namespace RenderFarm.Diffusion.Text;

/// <summary>
/// The steps a tokenizer file may ask for before text is split. None of them depends on the
/// culture or on ICU, whose absence would change what .NET does, and with it the frames.
/// </summary>
internal static class TextNormalizer
{
    private static readonly Lazy<Dictionary<(char, char), char>> Compositions =
        new(ReadCompositions);

    /// <summary>Lower case, letter by letter.</summary>
    public static string Lower(string text) =>
        text.Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Joins a letter and the combining marks that follow it, in order.</summary>
    public static string Compose(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', '\u02ff') < 0)
        {
            return text;
        }

        var composed = new StringBuilder(text.Length);
        var starter = -1;
        foreach (var letter in text)
        {
            if (starter >= 0
                && Compositions.Value.TryGetValue((composed[starter], letter), out var joined))
            {
                composed[starter] = joined;
                continue;
            }

            if (CharUnicodeInfo.GetUnicodeCategory(letter) is not UnicodeCategory.NonSpacingMark)
            {
                starter = composed.Length;
            }

            composed.Append(letter);
        }

        return composed.ToString();
    }

    /// <summary>Each run of white space becomes one space.</summary>
    public static string CollapseSpace(string text)
    {
        var collapsed = new StringBuilder(text.Length);
        var isSpace = false;
        foreach (var letter in text)
        {
            if (!char.IsWhiteSpace(letter))
            {
                collapsed.Append(letter);
            }
            else if (!isSpace)
            {
                collapsed.Append(' ');
            }

            isSpace = char.IsWhiteSpace(letter);
        }

        return collapsed.ToString();
    }

    // Unicode's canonical compositions: first, second and joined letter, in hexadecimal.
    private static Dictionary<(char, char), char> ReadCompositions()
    {
        var type = typeof(TextNormalizer);
        using var stream = type.Assembly.GetManifestResourceStream("compositions.txt")!;
        using var reader = new StreamReader(stream);
        char[] separators = [',', ' ', '\n'];
        var options = StringSplitOptions.RemoveEmptyEntries;
        var letters = reader.ReadToEnd().Split(separators, options)
            .Select(code => (char)Convert.ToUInt16(code, 16));
        return letters.Chunk(3).ToDictionary(triple => (triple[0], triple[1]), triple => triple[2]);
    }
}
