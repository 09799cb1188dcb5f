using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Planning;

/// <summary>A film's measures on its model's grid.</summary>
/// <param name="Size">Frame size of every shot.</param>
/// <param name="Rate">Frame rate of every shot, in lowest terms.</param>
/// <param name="FrameCounts">Frames of every shot, in film order.</param>
/// <param name="Transitions">How every shot gives way to the next; a cut for the last.</param>
internal sealed record FittedFilm(
    FrameSize Size,
    FrameRate Rate,
    IReadOnlyList<int> FrameCounts,
    IReadOnlyList<Transition> Transitions)
{
    /// <summary>Frames of the film: those of its shots less the overlaps.</summary>
    public long FrameCount => FrameCounts.Sum(count => (long)count)
        - Transitions.Where(join => join.Kind == TransitionKind.CrossFade)
            .Sum(join => (long)join.FrameCount);
}
