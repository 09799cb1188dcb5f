using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.Takes;

/// <summary>
/// Keeps the best take so far: one that nothing is wrong with before one that has a fault, then
/// the higher score, then the earlier one.
/// </summary>
internal sealed class TakeChoice
{
    private readonly List<TakeVerdict> verdicts = [];
    private DecodedClip? best;
    private int bestIndex;

    /// <param name="verdict">What was found of the next take.</param>
    /// <param name="clip">Its frames; null where it has none.</param>
    public void Add(TakeVerdict verdict, DecodedClip? clip)
    {
        if (clip is not null && (best is null || IsBetter(verdict, verdicts[bestIndex])))
        {
            (best, bestIndex) = (clip, verdicts.Count);
        }

        verdicts.Add(verdict);
    }

    /// <summary>The best take; null where none has frames.</summary>
    public KeptTake? Keep(FilmSpan span) =>
        best is null ? null : new KeptTake(bestIndex, verdicts, best, span);

    private static bool IsBetter(TakeVerdict take, TakeVerdict than) =>
        take.Fault is null == than.Fault is null
            ? (take.Score ?? 0) > (than.Score ?? 0)
            : take.Fault is null;
}
