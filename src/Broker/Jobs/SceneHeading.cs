namespace RenderFarm.Broker.Jobs;

/// <summary>Where and when a scene of a screenplay is.</summary>
/// <param name="Place">The place in lower case; may be empty.</param>
/// <param name="Time">The time of day as words, as in <c>at dusk</c>; null when not said.</param>
internal sealed record SceneHeading(string Place, string? Time)
{
    private static string[] Openings { get; } =
        ["INT./EXT", "INT/EXT", "EXT./INT", "EXT/INT", "I/E", "INT", "EXT", "EST"];

    private static Dictionary<string, string> Times { get; } = new()
    {
        ["dawn"] = "at dawn",
        ["sunrise"] = "at sunrise",
        ["daybreak"] = "at daybreak",
        ["first light"] = "at first light",
        ["early morning"] = "in the early morning",
        ["morning"] = "in the morning",
        ["day"] = "by day",
        ["midday"] = "at midday",
        ["noon"] = "at noon",
        ["afternoon"] = "in the afternoon",
        ["late afternoon"] = "in the late afternoon",
        ["golden hour"] = "at golden hour",
        ["evening"] = "in the evening",
        ["dusk"] = "at dusk",
        ["sunset"] = "at sunset",
        ["twilight"] = "at twilight",
        ["nightfall"] = "at nightfall",
        ["night"] = "at night",
        ["late night"] = "late at night",
        ["midnight"] = "at midnight",
    };

    private static string[] SameTime { get; } =
        ["continuous", "later", "moments later", "same", "same time"];

    /// <summary>Whether a paragraph's first line is a heading.</summary>
    public static bool IsHeading(string line) =>
        line is ['.', not '.', ..] || OpeningOf(line) is not null;

    /// <summary>Reads a heading; it takes its time from the one before where it says so.</summary>
    public static SceneHeading Read(string line, SceneHeading? before)
    {
        var opening = line.StartsWith('.') ? "" : OpeningOf(line)!;
        var inside = opening is "INT";
        var rest = line.StartsWith('.') ? line[1..] : line[opening.Length..].TrimStart('.');
        var parts = WithoutNumber(rest)
            .Replace('\u2013', '-').Replace('\u2014', '-')
            .Split(" - ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.ToLowerInvariant())
            .ToList();
        var time = parts.Count > 0 ? Times.GetValueOrDefault(parts[^1]) : null;
        if (time is null && parts.Count > 0 && SameTime.Contains(parts[^1]))
        {
            time = before?.Time;
            parts.RemoveAt(parts.Count - 1);
        }
        else if (time is not null)
        {
            parts.RemoveAt(parts.Count - 1);
        }

        var place = string.Join(", ", parts);
        return new SceneHeading(inside && place.Length > 0 ? $"{place} interior" : place, time);
    }

    /// <summary>
    /// What is seen: the action, then the place and the time where the action does not say them.
    /// </summary>
    public string Describe(string action)
    {
        var words = action.TrimEnd('.', ' ');
        if (Place.Length > 0 && !Says(words, Place))
        {
            words += $", {Place}";
        }

        return Time is not null && !Says(words, Time.Split(' ')[^1]) ? $"{words}, {Time}" : words;
    }

    private static string? OpeningOf(string line) =>
        Openings.FirstOrDefault(opening =>
            line.StartsWith(opening, StringComparison.OrdinalIgnoreCase)
            && line.Length > opening.Length
            && line[opening.Length] is '.' or ' ')
        is { } found && line.Length > found.Length ? found : null;

    /// <summary>Drops the scene number that may stand at the end, as in <c>#12A#</c>.</summary>
    private static string WithoutNumber(string heading)
    {
        var text = heading.Trim();
        var start = text.EndsWith('#') && text.Length > 1
            ? text.LastIndexOf('#', text.Length - 2)
            : -1;
        return start < 0 ? text : text[..start].TrimEnd();
    }

    /// <summary>Whether the words hold the phrase, from word to word.</summary>
    private static bool Says(string words, string phrase)
    {
        var start = words.IndexOf(phrase, StringComparison.OrdinalIgnoreCase);
        var end = start + phrase.Length;
        return start >= 0
            && (start == 0 || !char.IsLetterOrDigit(words[start - 1]))
            && (end == words.Length || !char.IsLetterOrDigit(words[end]));
    }
}
