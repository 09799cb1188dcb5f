using System.Text;

namespace RenderFarm.Diffusion.Text;

/// <summary>GPT-2's printable stand-in for each of the 256 bytes.</summary>
internal static class ByteAlphabet
{
    private static readonly char[] All = Create();

    /// <summary>The letter of each byte, in their order.</summary>
    public static IReadOnlyList<char> Letters => All;

    /// <summary>The text's UTF-8 bytes, a letter for each.</summary>
    public static string Spell(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return string.Create(bytes.Length, bytes, static (letters, bytes) =>
        {
            for (var i = 0; i < letters.Length; i++)
            {
                letters[i] = All[bytes[i]];
            }
        });
    }

    private static char[] Create()
    {
        var letters = new char[256];
        var extra = '\u0100';
        for (var value = 0; value < 256; value++)
        {
            var isPrintable = value is (>= '!' and <= '~') or (>= 0xa1 and <= 0xff and not 0xad);
            letters[value] = isPrintable ? (char)value : extra++;
        }

        return letters;
    }
}
