using System.Globalization;
using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Jobs;

/// <summary>Gathers what notes and title page keys set, for one shot or for the film.</summary>
/// <param name="path">The JSON path of the shot, or of the film's defaults.</param>
/// <param name="places">Receives where each setting stands.</param>
/// <param name="faults">Receives what cannot be read.</param>
internal sealed class NoteSettings(
    string path, Dictionary<string, string> places, FaultList faults)
{
    /// <summary>The path of the film's own settings.</summary>
    public const string FilmPath = "$.defaults";

    private static string[] Shared { get; } =
    [
        "length", "seed", "size", "fps", "steps", "guidance", "sampler", "takes", "strength",
        "reuse", "negative", "camera", "cut", "crossfade", "dissolve", "fade",
    ];

    // Words that say all there is to say.
    private static string[] Flags { get; } = ["loop", "draft"];

    private static string[] OfShot { get; } =
        [.. Shared, "id", "continues", "start", "mask", "end", "source", "remakes", "loop"];

    private static string[] OfFilm { get; } =
        [.. Shared, "title", "model", "codec", "soundtrack", "draft"];

    private readonly Dictionary<string, string> words = [];
    private ShotSettings settings = new();

    /// <summary>The words that may begin an item.</summary>
    public IReadOnlyCollection<string> Known => path == FilmPath ? OfFilm : OfShot;

    /// <summary>What was set of a shot, or of every shot.</summary>
    public ShotSettings Settings => settings;

    /// <summary>A word that stands beside the settings, as in <c>id</c> or <c>model</c>.</summary>
    public string? Word(string name) => words.GetValueOrDefault(name);

    /// <summary>
    /// Reads the items of a note: <c>2s, pan left, seed 7, negative: rain, people</c>.
    /// </summary>
    public void ReadNote(string text, string place)
    {
        var rest = text;
        while (rest.Length > 0)
        {
            // A negative prompt has commas of its own; it is always the last item.
            var comma = rest.StartsWith("negative", StringComparison.OrdinalIgnoreCase)
                ? -1
                : rest.IndexOf(',', StringComparison.Ordinal);
            ReadItem((comma < 0 ? rest : rest[..comma]).Trim(), place);
            rest = comma < 0 ? "" : rest[(comma + 1)..].Trim();
        }
    }

    /// <summary>Reads one setting by its name; false when the name is not known.</summary>
    public bool TrySet(string name, string value, string place)
    {
        (name, value) = name.ToLowerInvariant() switch
        {
            "frame rate" or "framerate" or "rate" => ("fps", value),
            "negative prompt" => ("negative", value),
            "transition" => (Transitions.WordOf(value) ?? name, ""),
            var other => (other, value),
        };
        if (!Known.Contains(name))
        {
            return false;
        }

        if (name is "cut" or "crossfade" or "dissolve" or "fade")
        {
            ReadTransition(name, value, place);
            return true;
        }

        var field = FieldOf(name);
        if (!places.TryAdd(field, place))
        {
            faults.Error("set-twice", place, $"'{name}' is set twice.");
        }
        else if ((value.Length == 0) != Flags.Contains(name) || !TryRead(name, value))
        {
            faults.Error(
                "bad-value",
                place,
                $"Expected {Expected(name)}, found '{TextRules.Excerpt(value)}' for '{name}'.");
        }

        return true;
    }

    /// <summary>Sets the transition that stands between two paragraphs.</summary>
    public void SetTransition(TransitionKind kind, string place)
    {
        if (settings.Transition is { } other && other.Kind != kind)
        {
            faults.Error("set-twice", place, "The shot before has another transition in its note.");
            return;
        }

        // The note may say how many frames; the line between the paragraphs cannot.
        if (settings.Transition is null)
        {
            places[$"{path}.transition"] = place;
            settings = settings with { Transition = new Transition { Kind = kind } };
        }
    }

    private void ReadItem(string item, string place)
    {
        if (item.Length == 0)
        {
            return;
        }

        var key = new string([.. item.TakeWhile(letter => letter is not (' ' or ':' or '='))]);
        var value = item[key.Length..].TrimStart(' ', ':', '=');
        if (ShotLength.TryParse(item, out _))
        {
            TrySet("length", item, place);
        }
        else if (CameraWords.Canonical(item) is not null)
        {
            // Several moves in one note are one camera.
            settings = settings with
            {
                Camera = settings.Camera is null ? item : $"{settings.Camera}, {item}",
            };
            places[FieldOf("camera")] = place;
        }
        else if (!TrySet(key, value, place))
        {
            var hint = Suggestion.Nearest(key, Known) is { } near
                ? $" Did you mean '{near}'?"
                : CameraHint(item);
            faults.Error(
                "unknown-setting", place, $"'{TextRules.Excerpt(item)}' cannot be read.{hint}");
        }
    }

    private string CameraHint(string item) =>
        Suggestion.Nearest(item, CameraWords.Known) is { } near
            ? $" Did you mean '{near}'?"
            : $" Known: a length as in 2s or 17f, a camera move, {string.Join(", ", Known)}.";

    private void ReadTransition(string name, string value, string place)
    {
        var frames = 0;
        if (value.Length > 0 && !(value[^1] == 'f' && int.TryParse(
            value[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out frames)))
        {
            faults.Error(
                "bad-value",
                place,
                $"Expected frames as in '{name} 4f', found '{TextRules.Excerpt(value)}'.");
        }

        if (settings.Transition is not null)
        {
            faults.Error("set-twice", place, "The transition is set twice.");
        }

        places[$"{path}.transition"] = place;
        settings = settings with
        {
            Transition = new Transition { Kind = Transitions.KindOf(name), FrameCount = frames },
        };
    }

    private bool TryRead(string name, string value)
    {
        const NumberStyles whole = NumberStyles.AllowLeadingSign;
        const NumberStyles real = whole | NumberStyles.AllowDecimalPoint;
        var culture = CultureInfo.InvariantCulture;
        switch (name)
        {
            case "length":
                settings = settings with { Length = value };
                return true;
            case "seed":
                var isSeed = long.TryParse(value, whole, culture, out var seed);
                settings = settings with { Seed = isSeed ? seed : null };
                return isSeed;
            case "size":
                var isSize = FrameSize.TryParse(value, out var size);
                settings = settings with { Size = isSize ? size : null };
                return isSize;
            case "fps":
                var isRate = FrameRate.TryParse(value, out var rate);
                settings = settings with { FrameRate = isRate ? rate : null };
                return isRate;
            case "steps":
                var isCount = int.TryParse(value, whole, culture, out var steps);
                settings = settings with { Steps = isCount ? steps : null };
                return isCount;
            case "guidance":
                var isScale = double.TryParse(value, real, culture, out var guidance);
                settings = settings with { Guidance = isScale ? guidance : null };
                return isScale;
            case "strength":
                var isShare = double.TryParse(value, real, culture, out var strength);
                settings = settings with { Strength = isShare ? strength : null };
                return isShare;
            case "reuse":
                var isPart = double.TryParse(value, real, culture, out var reuse);
                settings = settings with { Reuse = isPart ? reuse : null };
                return isPart;
            case "takes":
                var isTakes = int.TryParse(value, whole, culture, out var takes);
                settings = settings with { Takes = isTakes ? takes : null };
                return isTakes;
            case "sampler":
                settings = settings with { Sampler = value };
                return true;
            case "negative":
                settings = settings with { NegativePrompt = value };
                return true;
            case "camera":
                settings = settings with { Camera = value };
                return true;
            default:
                words[name] = value;
                return true;
        }
    }

    private static string Expected(string name) => name switch
    {
        "seed" or "steps" or "takes" => "a whole number",
        "loop" or "draft" => "the word alone",
        "size" => "WIDTHxHEIGHT as in 160x96",
        "fps" => "a rate as in 8 or 24000/1001",
        "guidance" or "strength" or "reuse" => "a number",
        _ => "a word",
    };

    private string FieldOf(string name) => name switch
    {
        "fps" => $"{path}.frameRate",
        "negative" => $"{path}.negativePrompt",
        "continues" => $"{path}.startKeyframe.continues",
        "start" => $"{path}.startKeyframe.image",
        "end" => $"{path}.endKeyframe",
        "source" => $"{path}.source.video",
        "remakes" => $"{path}.source.shot",
        "title" or "model" or "codec" or "soundtrack" or "draft" => $"$.{name}",
        _ => $"{path}.{name}",
    };
}
