namespace RenderFarm.Broker.Jobs;

/// <summary>
/// Parts a Fountain screenplay into its elements. The form is described at
/// https://fountain.io/syntax.
/// </summary>
internal sealed class FountainParser(IReadOnlyList<SourceLine> lines, FaultList faults)
{
    private readonly List<FountainElement> elements = [];
    private readonly List<SourceNote> loose = [];

    /// <summary>The elements from a line on, given by its index.</summary>
    public IReadOnlyList<FountainElement> Parse(int first)
    {
        var index = first;
        while (index < lines.Count)
        {
            if (lines[index].IsBlank)
            {
                FlushNotes();
                index++;
            }
            else if (lines[index].IsSilent)
            {
                loose.AddRange(lines[index++].Notes);
            }
            else
            {
                index = ParseElement(index);
            }
        }

        FlushNotes();
        return elements;
    }

    /// <summary>
    /// Reads the element that begins at a line with words; gives the line after it.
    /// </summary>
    private int ParseElement(int index)
    {
        var text = lines[index].Text.Trim();
        var alone = EndsParagraph(index + 1);
        if (SceneHeading.IsHeading(text))
        {
            if (!alone)
            {
                faults.Fixed(
                    "heading-not-alone",
                    lines[index].Place,
                    "A heading wants a blank line after it; this was read as a heading.");
            }

            return Add(FountainKind.Heading, text, index, 1);
        }

        if (IsTransition(text, alone))
        {
            return Add(FountainKind.Transition, text.TrimStart('>').Trim(), index, 1);
        }

        if (text is ['>', .., '<'])
        {
            return Add(FountainKind.Centered, text[1..^1].Trim(), index, 1);
        }

        if (text[0] is '#' or '=')
        {
            return Add(FountainKind.Silent, "", index, 1);
        }

        if (text[0] == '~')
        {
            return Add(FountainKind.Dialogue, "", index, 1);
        }

        return IsCharacter(text, alone) ? AddDialogue(index) : AddAction(index);
    }

    private int AddAction(int index)
    {
        var first = lines[index].Text.Trim();
        var words = new List<string> { first.StartsWith('!') ? first[1..] : first };
        var next = index + 1;
        while (next < lines.Count && !lines[next].IsBlank && !IsMarked(lines[next].Text.Trim()))
        {
            words.Add(lines[next++].Text);
        }

        var text = TextRules.Fold(Emphasis.Strip(string.Join(' ', words)));
        return Add(FountainKind.Action, text, index, next - index);
    }

    private int AddDialogue(int index)
    {
        var next = index + 1;
        while (next < lines.Count && (!lines[next].IsBlank || lines[next].Text.Length >= 2))
        {
            next++;
        }

        return Add(FountainKind.Dialogue, "", index, next - index);
    }

    private int Add(FountainKind kind, string text, int index, int count)
    {
        var notes = lines.Skip(index).Take(count).SelectMany(line => line.Notes);
        elements.Add(new FountainElement(kind, text, lines[index].Place, [.. loose, .. notes]));
        loose.Clear();
        return index + count;
    }

    private void FlushNotes()
    {
        if (loose.Count > 0)
        {
            elements.Add(new FountainElement(FountainKind.Silent, "", loose[0].Place, [.. loose]));
            loose.Clear();
        }
    }

    /// <summary>True when no words follow in the same paragraph.</summary>
    private bool EndsParagraph(int index)
    {
        while (index < lines.Count && !lines[index].IsBlank)
        {
            if (!lines[index++].IsSilent)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsTransition(string text, bool alone)
    {
        if (text[0] == '>')
        {
            return text[^1] != '<';
        }

        // FADE IN and FADE OUT are written by everybody without the mark that Fountain asks for.
        return alone && IsUpper(text)
            && (text.EndsWith(" TO:", StringComparison.Ordinal)
                || text is "FADE IN:" or "FADE IN." or "FADE OUT." or "FADE OUT:"
                    or "FADE TO BLACK." or "FADE TO BLACK:");
    }

    private static bool IsCharacter(string text, bool alone)
    {
        if (alone || text[0] == '!')
        {
            return false;
        }

        var name = text.Split('(')[0].TrimEnd(' ', '^');
        return text[0] == '@' || (name.Any(char.IsLetter) && IsUpper(name));
    }

    /// <summary>True for a line that ends an action without a blank line before it.</summary>
    private static bool IsMarked(string text) =>
        text.Length > 0 && (text[0] is '>' or '~' or '#' or '=' || SceneHeading.IsHeading(text));

    private static bool IsUpper(string text) => !text.Any(char.IsLower);
}
