namespace RenderFarm.Broker.Jobs;

/// <summary>
/// Reads a Fountain screenplay: every paragraph of action is a shot, seen at the place and time
/// of its scene heading.
/// </summary>
internal static class FountainStoryboard
{
    /// <summary>
    /// The keys that writers use and a film does not need. A script's <c>Draft: second</c> is its
    /// version; a film's draft is asked for in a note.
    /// </summary>
    private static string[] IgnoredKeys { get; } =
    [
        "credit", "author", "authors", "source", "draft", "draft date", "date", "contact",
        "copyright", "notes", "revision", "format", "episode",
    ];

    public static StoryboardReading Read(string text, JobReaderOptions limits, FaultList faults)
    {
        var lines = SourceText.Lines(text, withBoneyard: true, faults);
        var film = new FilmDraft(limits, faults);
        var first = ReadTitlePage(lines, film, faults);
        SceneHeading? heading = null;
        FountainElement? dialogue = null;
        FountainElement? card = null;
        foreach (var element in new FountainParser(lines, faults).Parse(first))
        {
            if (element.Kind == FountainKind.Action && element.Text.Length > 0)
            {
                var prompt = heading?.Describe(element.Text) ?? element.Text.TrimEnd('.', ' ');
                film.AddShot(prompt, element.Place, element.Notes);
                continue;
            }

            switch (element.Kind)
            {
                case FountainKind.Heading:
                    heading = SceneHeading.Read(element.Text, heading);
                    film.BeginScene();
                    break;
                case FountainKind.Transition:
                    film.AddTransition(element.Text, element.Place);
                    break;
                case FountainKind.Dialogue:
                    dialogue ??= element;
                    break;
                case FountainKind.Centered:
                    card ??= element;
                    break;
            }

            film.AddNotes(element.Notes);
        }

        Mention(dialogue, card, faults);
        return film.Finish();
    }

    private static void Mention(
        FountainElement? dialogue, FountainElement? card, FaultList faults)
    {
        if (dialogue is not null)
        {
            faults.Warning(
                "dialogue-not-seen",
                dialogue.Place,
                "What is said or sung is not part of the film; only action is.");
        }

        if (card is not null)
        {
            faults.Warning(
                "card-not-seen", card.Place, "Centered words are not part of the film.");
        }
    }

    /// <summary>
    /// Reads the title page, if there is one; gives the index of the line after it.
    /// </summary>
    private static int ReadTitlePage(
        IReadOnlyList<SourceLine> lines, FilmDraft film, FaultList faults)
    {
        var index = 0;
        while (index < lines.Count && lines[index].IsBlank)
        {
            index++;
        }

        if (index == lines.Count || KeyOf(lines[index].Text) is null)
        {
            return index;
        }

        while (index < lines.Count && !lines[index].IsBlank)
        {
            var line = lines[index];
            film.AddNotes(line.Notes);
            var key = KeyOf(line.Text);
            var values = new List<string> { key is null ? "" : line.Text[(key.Length + 1)..] };
            index++;
            while (index < lines.Count && !lines[index].IsBlank
                && lines[index].Text is [' ' or '\t', ..])
            {
                film.AddNotes(lines[index].Notes);
                values.Add(lines[index++].Text);
            }

            var value = TextRules.Fold(Emphasis.Strip(string.Join(' ', values)));
            SetKey(film, key?.Trim().ToLowerInvariant(), value, line.Place, faults);
        }

        return index;
    }

    private static void SetKey(
        FilmDraft film, string? key, string value, string place, FaultList faults)
    {
        if (key is null)
        {
            faults.Warning(
                "unknown-key", place, "Expected 'Key: value' on the title page; it was skipped.");
        }
        else if (!IgnoredKeys.Contains(key) && !film.TrySetFilm(key, value, place))
        {
            var hint = Suggestion.For(key, film.FilmWords);
            faults.Warning("unknown-key", place, $"The key '{key}' sets nothing.{hint}");
        }
    }

    /// <summary>What stands before the colon, if the line can be of a title page.</summary>
    private static string? KeyOf(string line)
    {
        const int longest = 24;
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var key = colon < 0 ? "" : line[..colon];
        var isKey = key.Length is > 0 and <= longest
            && char.IsLetter(key[0])
            && key.All(letter => char.IsLetter(letter) || letter == ' ')
            && !SceneHeading.IsHeading(line)
            && !key.StartsWith("FADE", StringComparison.Ordinal)
            && !key.EndsWith(" TO", StringComparison.Ordinal);
        return isKey ? key : null;
    }
}
