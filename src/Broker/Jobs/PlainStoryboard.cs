namespace RenderFarm.Broker.Jobs;

/// <summary>Reads plain text: every paragraph is a shot, and notes set what words cannot.</summary>
internal static class PlainStoryboard
{
    public static StoryboardReading Read(string text, JobReaderOptions limits, FaultList faults)
    {
        var film = new FilmDraft(limits, faults);
        var paragraph = new List<SourceLine>();
        foreach (var line in SourceText.Lines(text, withBoneyard: false, faults))
        {
            if (!line.IsBlank)
            {
                paragraph.Add(line);
                continue;
            }

            Add(film, paragraph);
            paragraph.Clear();
        }

        Add(film, paragraph);
        return film.Finish();
    }

    private static void Add(FilmDraft film, List<SourceLine> paragraph)
    {
        var notes = paragraph.SelectMany(line => line.Notes);
        var prompt = TextRules.Fold(string.Join(' ', paragraph.Select(line => line.Text)));
        if (prompt.Length == 0)
        {
            film.AddNotes(notes);
            return;
        }

        var first = paragraph.First(line => !line.IsSilent);
        film.AddShot(prompt.TrimEnd('.'), first.Place, notes);
    }
}
