using System.Numerics;
using RenderFarm.Broker.Jobs;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Planning;

/// <summary>Lays a film on its model's grid, and says where it does not fit.</summary>
internal sealed class FilmFit(
    Storyboard storyboard, ModelManifest model, JobReaderOptions limits, FaultList faults)
{
    private readonly ShotSettings film = storyboard.Defaults ?? new();

    /// <summary>The film's measures; they are of use only when no fault is an error.</summary>
    public FittedFilm Fit()
    {
        var size = FitSize();
        var rate = FitRate();
        var counts = storyboard.Shots
            .Select((shot, index) => FrameCountOf(shot, index, rate))
            .ToList();
        var fitted = new FittedFilm(size, rate, counts, FitTransitions(counts, rate));
        if (fitted.FrameCount > limits.MaxFilmFrames)
        {
            faults.Error(
                "film-too-long",
                "$.shots",
                $"A film has at most {limits.MaxFilmFrames} frames; "
                    + $"this one would have {fitted.FrameCount}.");
        }

        return fitted;
    }

    private FrameSize FitSize()
    {
        var (size, place) = OneOf(settings => settings.Size, "size") ?? (model.Sizes[0], "$.model");
        var (least, most) = (model.MinimumSide, model.MaximumSide);
        if (size.Width % model.SizeMultiple != 0 || size.Height % model.SizeMultiple != 0
            || Math.Min(size.Width, size.Height) < least
            || Math.Max(size.Width, size.Height) > most)
        {
            faults.Error(
                "size-not-in-grid",
                place,
                $"Model {model.Name} renders widths and heights from {least} to {most} in steps "
                    + $"of {model.SizeMultiple}; found {size}. Try {Nearest(size)}.");
        }
        else if (!model.Sizes.Contains(size))
        {
            faults.Warning(
                "size-not-trained",
                place,
                $"Model {model.Name} was trained at {string.Join(", ", model.Sizes)}; "
                    + $"{size} may look worse.");
        }

        return size;
    }

    private FrameRate FitRate()
    {
        var (rate, place) = OneOf(settings => settings.FrameRate, "frameRate")
            ?? (model.FrameRate, "$.model");
        if (!SettingsCheck.IsRate(rate))
        {
            // That was said already; the rest is measured as if nobody had set a rate.
            return model.FrameRate;
        }

        var divisor = (int)BigInteger.GreatestCommonDivisor(rate.Numerator, rate.Denominator);
        var lowest = new FrameRate(rate.Numerator / divisor, rate.Denominator / divisor);
        if (lowest != model.FrameRate)
        {
            faults.Warning(
                "rate-not-trained",
                place,
                $"Model {model.Name} was trained at {model.FrameRate} frames a second; "
                    + $"at {lowest} things move at another speed.");
        }

        return lowest;
    }

    /// <summary>
    /// What the whole film shares, and where it is set; a fault where shots differ.
    /// </summary>
    private (T Value, string Place)? OneOf<T>(Func<ShotSettings, T?> read, string field)
        where T : struct
    {
        (T Value, string Place)? found = read(film) is { } shared
            ? (shared, $"$.defaults.{field}")
            : null;
        for (var index = 0; index < storyboard.Shots.Count; index++)
        {
            var place = $"$.shots[{index}].{field}";
            if (read(storyboard.Shots[index]) is not { } own)
            {
                continue;
            }

            found ??= (own, place);
            if (!own.Equals(found.Value.Value))
            {
                faults.Error(
                    field == "size" ? "sizes-differ" : "rates-differ",
                    place,
                    $"One film has one {field}: {found.Value.Value} at {found.Value.Place}, "
                        + $"but {own} here.");
            }
        }

        return found;
    }

    private int FrameCountOf(StoryboardShot shot, int index, FrameRate rate)
    {
        var place = shot.Length is null ? "$.defaults.length" : $"$.shots[{index}].length";
        var text = shot.Length ?? film.Length;
        if (text is null || !ShotLength.TryParse(text, out var length))
        {
            return model.DefaultFrameCount;
        }

        var count = length.FramesAt(rate);
        if (count > model.MaximumFrameCount)
        {
            faults.Error(
                "shot-too-long",
                place,
                $"Model {model.Name} renders at most {model.MaximumFrameCount} frames a shot; "
                    + $"{text} is {count}. Split it into shots that continue one another.");
            return model.MaximumFrameCount;
        }

        return (int)count;
    }

    private List<Transition> FitTransitions(List<int> counts, FrameRate rate)
    {
        var joins = new List<Transition>();
        for (var index = 0; index < counts.Count; index++)
        {
            var own = storyboard.Shots[index].Transition;
            if (index < counts.Count - 1)
            {
                var shorter = Math.Min(counts[index], counts[index + 1]);
                joins.Add(WithLength(own ?? film.Transition ?? Transition.Cut, shorter, rate));
                continue;
            }

            joins.Add(Transition.Cut);
            if (own is { Kind: not TransitionKind.Cut })
            {
                faults.Warning(
                    "last-transition",
                    $"$.shots[{index}].transition",
                    "No shot follows; the film ends with a cut.");
            }
        }

        for (var index = 0; index < counts.Count; index++)
        {
            var before = index == 0 ? 0 : joins[index - 1].FrameCount;
            if ((long)before + joins[index].FrameCount > counts[index])
            {
                var culprit = joins[index].FrameCount > 0 ? index : index - 1;
                faults.Error(
                    "transition-too-long",
                    TransitionPlace(culprit),
                    $"Shot {index + 1} has {counts[index]} frames; its transitions take {before} "
                        + $"at its start and {joins[index].FrameCount} at its end.");
            }
        }

        return joins;
    }

    /// <summary>
    /// A transition whose length nobody set lasts half a second, or a third of a shot.
    /// </summary>
    private static Transition WithLength(Transition join, int shorterShot, FrameRate rate)
    {
        if (join.Kind == TransitionKind.Cut)
        {
            return Transition.Cut;
        }

        var usual = Math.Min(rate.FramesIn(TimeSpan.FromSeconds(0.5)), shorterShot / 3);
        return join.FrameCount > 0 ? join : join with { FrameCount = (int)Math.Max(1, usual) };
    }

    private string TransitionPlace(int index) => storyboard.Shots[index].Transition is null
        ? "$.defaults.transition"
        : $"$.shots[{index}].transition";

    private FrameSize Nearest(FrameSize size)
    {
        return new FrameSize(Snap(size.Width), Snap(size.Height));

        int Snap(int side)
        {
            var step = model.SizeMultiple;
            var least = (model.MinimumSide + step - 1) / step * step;
            var most = model.MaximumSide / step * step;
            return Math.Clamp((side + (step / 2)) / step * step, least, Math.Max(least, most));
        }
    }
}
