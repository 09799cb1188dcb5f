using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Planning;

/// <summary>A film's measures on its model's grid.</summary>
/// <param name="Size">Frame size of every shot.</param>
/// <param name="Upscale">How many times each side is enlarged to reach it.</param>
/// <param name="Rate">Frame rate of every shot, in lowest terms.</param>
/// <param name="Interpolation">How many frames come of each rendered one to reach it.</param>
/// <param name="FrameCounts">Frames of every shot, in film order.</param>
/// <param name="Transitions">How every shot gives way to the next; a cut for the last.</param>
internal sealed record FittedFilm(
    FrameSize Size,
    int Upscale,
    FrameRate Rate,
    int Interpolation,
    IReadOnlyList<int> FrameCounts,
    IReadOnlyList<Transition> Transitions)
{
    /// <summary>Rendered for a quick look, with the model's draft steps.</summary>
    public bool IsDraft { get; init; }

    /// <summary>Frames of the film: those of its shots less the overlaps.</summary>
    public long FrameCount => FrameCounts.Sum(count => (long)count)
        - Transitions.Where(join => join.Kind == TransitionKind.CrossFade)
            .Sum(join => (long)join.FrameCount);

    /// <summary>
    /// The same film with every so many-th of its frames, so that everything lasts as long.
    /// </summary>
    public FittedFilm Thinned(int every, FrameRate rate) => this with
    {
        Rate = rate,
        Interpolation = 1,
        FrameCounts = [.. FrameCounts.Select(count => (count + every - 1) / every)],

        // Rounded down, so that what fitted a shot before fits it still.
        Transitions =
        [
            .. Transitions.Select(join => join.FrameCount < every
                ? Transition.Cut
                : join with { FrameCount = join.FrameCount / every }),
        ],
    };
}
