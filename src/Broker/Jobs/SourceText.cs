using System.Text;

namespace RenderFarm.Broker.Jobs;

/// <summary>Parts a script into lines, and takes notes and struck-out parts out of them.</summary>
internal static class SourceText
{
    private const string NoteOpens = "[[";
    private const string NoteCloses = "]]";

    // Longer than any settings can be; bounds the search for the end of a note.
    private const int MaxNoteLength = 4000;

    /// <summary>The lines of a script whose line ends are plain.</summary>
    /// <param name="text">The script.</param>
    /// <param name="withBoneyard">
    /// Whether <c>/* ... */</c> strikes out, as it does in Fountain.
    /// </param>
    /// <param name="faults">Receives what is opened and never closed.</param>
    public static IReadOnlyList<SourceLine> Lines(string text, bool withBoneyard, FaultList faults)
    {
        var kept = withBoneyard ? StrikeOut(text, faults) : text;
        var originals = text.Split('\n');
        var result = new List<SourceLine>(originals.Length);
        var notes = new List<SourceNote>();
        var said = new StringBuilder();
        var (position, number, begun) = (0, 1, 1);
        while (position <= kept.Length)
        {
            if (position == kept.Length || kept[position] == '\n')
            {
                var blank = notes.Count == 0 && string.IsNullOrWhiteSpace(originals[begun - 1]);
                result.Add(new SourceLine(begun, said.ToString(), [.. notes], blank));
                said.Clear();
                notes.Clear();
                position++;
                begun = ++number;
            }
            else if (!IsAt(kept, position, NoteOpens))
            {
                said.Append(kept[position++]);
            }
            else if (NoteLength(kept, position) is var length and > 0)
            {
                var note = kept.AsSpan(position, length);
                notes.Add(new SourceNote(number, TextRules.Fold(note[2..^2].ToString())));
                number += note.Count('\n');
                position += length;
            }
            else
            {
                faults.Error(
                    "note-not-closed",
                    $"line {number}",
                    "A note is opened with [[ and not closed with ]] in its paragraph.");
                var rest = kept.AsSpan(position).IndexOf('\n');
                position = rest < 0 ? kept.Length : position + rest;
            }
        }

        return result;
    }

    /// <summary>
    /// How long the note is that begins here, brackets included; 0 if it never ends.
    /// </summary>
    private static int NoteLength(string text, int start)
    {
        var window = text.AsSpan(start, Math.Min(MaxNoteLength, text.Length - start));
        var end = window.IndexOf(NoteCloses);
        if (end < 0)
        {
            return 0;
        }

        foreach (var line in window[..end].EnumerateLines())
        {
            if (line.IsWhiteSpace())
            {
                return 0;
            }
        }

        return end + NoteCloses.Length;
    }

    private static bool IsAt(string text, int position, string word) =>
        string.CompareOrdinal(text, position, word, 0, word.Length) == 0;

    /// <summary>The text without its boneyard; every line keeps its number.</summary>
    private static string StrikeOut(string text, FaultList faults)
    {
        var kept = new StringBuilder(text.Length);
        var position = 0;
        while (text.IndexOf("/*", position, StringComparison.Ordinal) is >= 0 and var start)
        {
            kept.Append(text, position, start - position);
            var end = text.IndexOf("*/", start + 2, StringComparison.Ordinal);
            if (end < 0)
            {
                var line = 1 + text.AsSpan(0, start).Count('\n');
                faults.Error(
                    "boneyard-not-closed",
                    $"line {line}",
                    "A part is struck out with /* and never closed with */.");
                end = text.Length - 2;
            }

            kept.Append('\n', text.AsSpan(start, Math.Max(0, end - start)).Count('\n'));
            position = end + 2;
        }

        return kept.Append(text, position, text.Length - position).ToString();
    }
}
