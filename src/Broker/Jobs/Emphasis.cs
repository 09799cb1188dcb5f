using System.Text.RegularExpressions;

namespace RenderFarm.Broker.Jobs;

/// <summary>Takes Fountain's emphasis out of words: stars, underlines, and backslashes.</summary>
internal static partial class Emphasis
{
    // Stands for an escaped mark meanwhile; scripts with control characters were refused before.
    private const char EscapedStar = '\u0001';
    private const char EscapedLine = '\u0002';

    public static string Strip(string text)
    {
        var words = text.Replace(@"\*", $"{EscapedStar}", StringComparison.Ordinal)
            .Replace(@"\_", $"{EscapedLine}", StringComparison.Ordinal);
        words = Stars().Replace(Stars().Replace(words, "$2"), "$2");
        words = Lines().Replace(words, "$1");
        return words.Replace(EscapedStar, '*').Replace(EscapedLine, '_');
    }

    // Applied twice, for stars within stars. A mark opens before a letter and closes after one;
    // a lone star between spaces is a star.
    [GeneratedRegex(@"(\*{1,3})(?=\S)([^*\n]+)(?<=\S)\1")]
    private static partial Regex Stars();

    [GeneratedRegex(@"(?<!\w)_(?=\S)([^_\n]+)(?<=\S)_(?!\w)")]
    private static partial Regex Lines();
}
