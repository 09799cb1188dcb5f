using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Jobs;

/// <summary>A film that is being read from text, shot by shot.</summary>
internal sealed class FilmDraft
{
    private const string ShotPrefix = "shot";
    private const string FilmPrefix = "film";

    private readonly Dictionary<string, string> places = [];
    private readonly List<(string Prompt, NoteSettings Notes)> shots = [];
    private readonly FaultList faults;
    private readonly int maxShots;
    private readonly NoteSettings film;
    private (TransitionKind Kind, string Place)? pending;
    private bool isSceneNew = true;

    public FilmDraft(JobReaderOptions limits, FaultList faults)
    {
        this.faults = faults;
        maxShots = limits.MaxShots;
        film = new NoteSettings(NoteSettings.FilmPath, places, faults);
    }

    /// <summary>What the film's own words may be.</summary>
    public IReadOnlyCollection<string> FilmWords => film.Known;

    /// <summary>Sets something for the whole film; false when the name is not known.</summary>
    public bool TrySetFilm(string name, string value, string place) =>
        film.TrySet(name, value, place);

    /// <summary>From here on, notes that stand alone have no shot to belong to.</summary>
    public void BeginScene() => isSceneNew = true;

    /// <summary>Adds a shot with the notes of its paragraph.</summary>
    public void AddShot(string prompt, string place, IEnumerable<SourceNote> notes)
    {
        if (shots.Count > maxShots)
        {
            // Preflight says that there are too many; more of them would say nothing new.
            return;
        }

        JoinPending();
        var path = $"$.shots[{shots.Count}]";
        places[path] = place;
        shots.Add((prompt, new NoteSettings(path, places, faults)));
        isSceneNew = false;
        AddNotes(notes);
    }

    /// <summary>Reads notes; those of a shot belong to the shot before them.</summary>
    public void AddNotes(IEnumerable<SourceNote> notes)
    {
        foreach (var note in notes)
        {
            AddNote(note);
        }
    }

    /// <summary>The shot before gives way to the next one like this.</summary>
    public void AddTransition(string words, string place)
    {
        if (Transitions.WordOf(words) is not { } word)
        {
            faults.Warning(
                "unknown-transition",
                place,
                $"'{TextRules.Excerpt(words)}' is read as a cut. "
                    + "Known: CUT TO, DISSOLVE TO, FADE OUT, FADE TO BLACK.");
            return;
        }

        // FADE OUT and the FADE IN that follows it are one fade.
        if (pending is null || pending.Value.Kind == TransitionKind.Cut)
        {
            pending = (Transitions.KindOf(word), place);
        }
    }

    /// <summary>The film as far as it was read.</summary>
    public StoryboardReading Finish()
    {
        if (pending is { Kind: not TransitionKind.Cut } last)
        {
            faults.Warning(
                "last-transition", last.Place, "No shot follows; the film ends with a cut.");
        }

        var codec = CodecOf(film.Word("codec"));
        var storyboard = new Storyboard
        {
            Title = film.Word("title"),
            Model = film.Word("model"),
            Defaults = film.Settings,
            Soundtrack = film.Word("soundtrack"),
            Draft = film.Word("draft") is not null,
            Codec = codec,
            Shots = [.. shots.Select(shot => Shot(shot.Prompt, shot.Notes))],
        };
        places.TryAdd("$", "line 1");
        return new StoryboardReading(storyboard, faults.All) { Places = places };
    }

    private static StoryboardShot Shot(string prompt, NoteSettings notes)
    {
        var (start, continues) = (notes.Word("start"), notes.Word("continues"));
        var end = notes.Word("end");
        var (video, remade) = (notes.Word("source"), notes.Word("remakes"));
        var settings = notes.Settings;
        return new StoryboardShot
        {
            Id = notes.Word("id"),
            Prompt = prompt,
            NegativePrompt = settings.NegativePrompt,
            Length = settings.Length,
            Seed = settings.Seed,
            Size = settings.Size,
            FrameRate = settings.FrameRate,
            Steps = settings.Steps,
            Guidance = settings.Guidance,
            Sampler = settings.Sampler,
            Takes = settings.Takes,
            Strength = settings.Strength,
            Reuse = settings.Reuse,
            Camera = settings.Camera,
            Transition = settings.Transition,
            StartKeyframe = start is null && continues is null
                ? null
                : new Keyframe { Image = start, Continues = continues },
            Mask = notes.Word("mask"),
            EndKeyframe = end is null ? null : new Keyframe { Image = end },
            Source = video is null && remade is null
                ? null
                : new SourceClip { Video = video, Shot = remade },
            Loop = notes.Word("loop") is not null,
        };
    }

    private void AddNote(SourceNote note)
    {
        var colon = note.Text.IndexOf(':', StringComparison.Ordinal);
        var prefix = colon < 0 ? "" : note.Text[..colon].Trim();
        var text = note.Text[(colon + 1)..].Trim();
        switch (prefix.ToLowerInvariant())
        {
            case FilmPrefix:
                film.ReadNote(text, note.Place);
                break;
            case ShotPrefix when isSceneNew:
                faults.Error(
                    "note-without-shot",
                    note.Place,
                    "A shot's note stands in its paragraph or after it; no shot is before this.");
                break;
            case ShotPrefix:
                shots[^1].Notes.ReadNote(text, note.Place);
                break;
            default:
                if (Suggestion.Nearest(prefix, [ShotPrefix, FilmPrefix]) is { } near)
                {
                    faults.Warning(
                        "note-unread",
                        note.Place,
                        $"A note that begins '{prefix}:' sets nothing. Did you mean '{near}:'?");
                }

                break;
        }
    }

    private void JoinPending()
    {
        if (pending is not { } transition)
        {
            return;
        }

        pending = null;
        if (shots.Count == 0)
        {
            if (transition.Kind != TransitionKind.Cut)
            {
                faults.Warning(
                    "first-transition",
                    transition.Place,
                    "No shot is before this; the film begins with a cut.");
            }

            return;
        }

        shots[^1].Notes.SetTransition(transition.Kind, transition.Place);
    }

    private ReelCodec CodecOf(string? word)
    {
        if (word is null)
        {
            return ReelCodec.H264;
        }

        var known = Enum.GetValues<ReelCodec>().ToDictionary(
            codec => codec.ToString().ToLowerInvariant());
        if (known.TryGetValue(word.ToLowerInvariant(), out var codec))
        {
            return codec;
        }

        faults.Error(
            "unknown-word",
            places.GetValueOrDefault("$.codec", "line 1"),
            $"'{TextRules.Excerpt(word)}' is no codec.{Suggestion.For(word, known.Keys)}");
        return ReelCodec.H264;
    }
}
