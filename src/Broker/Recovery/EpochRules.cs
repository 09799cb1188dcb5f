using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Recovery;

/// <summary>
/// Tells a job store that lost something from one that did not. Pure.
/// </summary>
internal static class EpochRules
{
    /// <summary>Compares where the store stands with what is remembered.</summary>
    /// <param name="seen">Where it stands.</param>
    /// <param name="kept">What the object store remembers; null for nothing.</param>
    /// <param name="trusted">What this process has seen of it; null for nothing.</param>
    public static EpochVerdict Judge(StoreMark seen, EpochRecord? kept, StoreMark? trusted)
    {
        if (seen.EpochId.Length == 0)
        {
            return kept is null && trusted is null ? EpochVerdict.First : EpochVerdict.Empty;
        }

        if (kept is not null && kept.EpochId != seen.EpochId)
        {
            return kept.EpochNumber > seen.EpochNumber ? EpochVerdict.Older : EpochVerdict.Foreign;
        }

        if (kept is null && trusted is not null && trusted.EpochId != seen.EpochId)
        {
            return EpochVerdict.Foreign;
        }

        var least = Math.Max(
            kept?.CommitCount ?? 0,
            trusted?.EpochId == seen.EpochId ? trusted.CommitCount : 0);
        return seen.CommitCount < least ? EpochVerdict.Older
            : kept is null ? EpochVerdict.Unwritten
            : EpochVerdict.Sound;
    }

    /// <summary>Whether the store's states are not to be believed.</summary>
    public static bool IsLoss(EpochVerdict verdict) =>
        verdict is EpochVerdict.Empty or EpochVerdict.Older or EpochVerdict.Foreign;
}
