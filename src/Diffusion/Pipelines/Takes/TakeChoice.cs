using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.Takes;

/// <summary>
/// Keeps the best take so far: one that nothing is wrong with before one that has a fault, then
/// the higher score, then the earlier one.
/// </summary>
internal sealed class TakeChoice
{
    private readonly List<TakeVerdict> verdicts = [];
    private MadeTake? best;

    /// <summary>What was found of the takes so far, in their order.</summary>
    public IReadOnlyList<TakeVerdict> Verdicts => verdicts;

    /// <summary>The best take so far; -1 where none has frames.</summary>
    public int BestIndex { get; private set; } = -1;

    /// <summary>Its latents; none where there is no such take.</summary>
    public float[] BestLatents => best?.Latents ?? [];

    /// <summary>Puts back takes that were chosen among before.</summary>
    /// <param name="found">What was found of them.</param>
    /// <param name="bestIndex">The best of them; -1 where none has frames.</param>
    /// <param name="take">That take.</param>
    public void Restore(IEnumerable<TakeVerdict> found, int bestIndex, MadeTake? take)
    {
        verdicts.AddRange(found);
        (BestIndex, best) = (bestIndex, take);
    }

    /// <param name="verdict">What was found of the next take.</param>
    /// <param name="take">The take itself; null where it has no frames.</param>
    public void Add(TakeVerdict verdict, MadeTake? take)
    {
        if (take is not null && (best is null || IsBetter(verdict, verdicts[BestIndex])))
        {
            (best, BestIndex) = (take, verdicts.Count);
        }

        verdicts.Add(verdict);
    }

    /// <summary>The best take; null where none has frames.</summary>
    public KeptTake? Keep(FilmSpan span) =>
        best is null ? null : new KeptTake(BestIndex, verdicts, best.Clip, span);

    private static bool IsBetter(TakeVerdict take, TakeVerdict than) =>
        take.Fault is null == than.Fault is null
            ? (take.Score ?? 0) > (than.Score ?? 0)
            : take.Fault is null;
}
