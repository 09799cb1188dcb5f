using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace RenderFarm.Diffusion.Text;

/// <summary>
/// SentencePiece's precompiled normaliser: a double-array trie from byte sequences to what
/// replaces them. https://github.com/s-yata/darts-clone describes the units.
/// </summary>
internal sealed class CharsMap
{
    private const int LongestGrapheme = 6;

    private readonly uint[] units;
    private readonly byte[] replacements;

    /// <param name="bytes">The trie's length, the trie, then texts that each end in zero.</param>
    public CharsMap(ReadOnlySpan<byte> bytes)
    {
        var length = bytes.Length < 4 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length < 4 || length % 4 != 0 || length > bytes.Length - 4)
        {
            throw new ModelException(
                $"precompiled_charsmap: expected a trie within {bytes.Length} bytes, "
                + $"found one of {length}.");
        }

        units = new uint[length / 4];
        for (var i = 0; i < units.Length; i++)
        {
            units[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 + (4 * i))..]);
        }

        replacements = bytes[(4 + length)..].ToArray();
    }

    /// <summary>
    /// The text as Hugging Face's tokenizers normalise it: whole graphemes of few bytes, else
    /// letter by letter, each by the shortest entry that it starts with.
    /// </summary>
    public string Normalize(string text)
    {
        var normal = new StringBuilder(text.Length);
        var graphemes = StringInfo.GetTextElementEnumerator(text);
        Span<byte> bytes = stackalloc byte[4];
        while (graphemes.MoveNext())
        {
            var grapheme = graphemes.GetTextElement();
            if (Encoding.UTF8.GetByteCount(grapheme) < LongestGrapheme
                && Find(Encoding.UTF8.GetBytes(grapheme), isLongest: false) is { } whole)
            {
                normal.Append(whole.Text);
                continue;
            }

            foreach (var rune in grapheme.EnumerateRunes())
            {
                var found = Find(bytes[..rune.EncodeToUtf8(bytes)], isLongest: false);
                normal.Append(found?.Text ?? rune.ToString());
            }
        }

        return normal.ToString();
    }

    /// <summary>An entry that the bytes start with, and how many of them it is; or null.</summary>
    public (string Text, int Length)? Find(ReadOnlySpan<byte> bytes, bool isLongest)
    {
        (int At, int Length)? found = null;
        var place = Next(0, units[0]);
        for (var i = 0; i < bytes.Length && bytes[i] != 0; i++)
        {
            place ^= bytes[i];
            if (place >= units.Length || (units[place] & 0x800000FF) != bytes[i])
            {
                break;
            }

            var unit = units[place];
            place = Next(place, unit);
            if ((unit & 0x100) != 0 && place < units.Length)
            {
                found = ((int)(units[place] & 0x7FFFFFFF), i + 1);
                if (!isLongest)
                {
                    break;
                }
            }
        }

        return found is { } hit ? (TextAt(hit.At), hit.Length) : null;
    }

    private static uint Next(uint place, uint unit) =>
        place ^ ((unit >> 10) << (int)((unit & 0x200) >> 6));

    private string TextAt(int start)
    {
        var rest = start < replacements.Length ? replacements.AsSpan(start) : [];
        var end = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
    }
}
