using RenderFarm.Broker.Jobs;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Planning;

/// <summary>Lays a film on its model's grid, and says where it does not fit.</summary>
internal sealed class FilmFit(
    Storyboard storyboard, ModelManifest model, JobReaderOptions limits, FaultList faults)
{
    // A shot that goes on from the last frames of another renders these first, and shows them no
    // second time. The model's pipeline has the same two numbers.
    private const int TailFrameCount = 5;
    private const int MinLoopFrameCount = 5;

    private readonly ShotSettings film = storyboard.Defaults ?? new();

    /// <summary>The film's measures; they are of use only when no fault is an error.</summary>
    public FittedFilm Fit()
    {
        var frames = new FrameFit(storyboard, model, faults);
        var (size, upscale, isSizeSet) = frames.FitSize();
        var (rate, interpolation, isRateSet) = frames.FitRate();
        var counts = storyboard.Shots
            .Select((shot, index) => FrameCountOf(shot, index, rate, interpolation))
            .ToList();
        var joins = FitTransitions(counts, rate);
        var fitted = new FittedFilm(size, upscale, rate, interpolation, counts, joins);
        if (storyboard.Draft && model.DraftStepCount > 0)
        {
            fitted = AsDraft(fitted, frames.ModelRate, isSizeSet, isRateSet);
        }

        if (fitted.FrameCount > limits.MaxFilmFrames)
        {
            faults.Error(
                "film-too-long",
                "$.shots",
                $"A film has at most {limits.MaxFilmFrames} frames; "
                    + $"this one would have {fitted.FrameCount}.");
        }

        CheckLoops(fitted);
        return fitted;
    }

    private void CheckLoops(FittedFilm fitted)
    {
        for (var index = 0; index < storyboard.Shots.Count; index++)
        {
            if (storyboard.Shots[index].Loop && fitted.FrameCounts[index] < MinLoopFrameCount)
            {
                faults.Error(
                    "loop-too-short",
                    $"$.shots[{index}].loop",
                    $"A loop has at least {MinLoopFrameCount} frames; this one would have "
                        + $"{fitted.FrameCounts[index]}.");
            }
        }
    }

    /// <summary>
    /// A draft has the pixels and the frames that the model itself renders, but for what the film
    /// sets.
    /// </summary>
    private FittedFilm AsDraft(
        FittedFilm full, FrameRate modelRate, bool isSizeSet, bool isRateSet)
    {
        var draft = full with { IsDraft = true };
        if (!isSizeSet)
        {
            draft = draft with { Size = model.Sizes[0], Upscale = 1 };
        }

        return isRateSet ? draft : draft.Thinned(draft.Interpolation, modelRate);
    }

    /// <summary>
    /// The frames of a clip whose model renders that many: those between two are added, and none
    /// after the last. So a shot of the default length takes what the model renders by default.
    /// </summary>
    private static int ClipFrames(int renderedCount, int interpolation) =>
        ((renderedCount - 1) * interpolation) + 1;

    private int FrameCountOf(
        StoryboardShot shot, int index, FrameRate rate, int interpolation)
    {
        var place = shot.Length is null ? "$.defaults.length" : $"$.shots[{index}].length";
        var text = shot.Length ?? film.Length;
        var count = text is not null && ShotLength.TryParse(text, out var length)
            ? length.FramesAt(rate)
            : ClipFrames(model.DefaultFrameCount, interpolation);
        var most = ClipFrames(model.MaximumFrameCount, interpolation);
        if (count > most)
        {
            faults.Error(
                "shot-too-long",
                place,
                $"With model {model.Name} a shot has at most {most} frames at {rate} a second; "
                    + $"{text} is {count}. Split it into shots that continue one another.");
            return most;
        }

        var extended = ClipFrames(model.MaximumFrameCount - TailFrameCount, interpolation);
        if (count > extended && shot is { StartKeyframe.Continues: not null, Loop: false }
            && model.Tasks.Contains("extend"))
        {
            faults.Warning(
                "movement-lost",
                place,
                $"Model {model.Name} carries movement on for at most {extended} frames at {rate} "
                    + $"a second; a shot of {count} goes on from the last frame alone.");
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
}
