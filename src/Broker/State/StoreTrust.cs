namespace RenderFarm.Broker.State;

/// <summary>
/// What one process knows of a store's epoch. A count of commits below one that was seen before
/// the question was sent says that the store went back; a check costs no extra round trip, so that
/// nobody acts on states that were lost or came back.
/// </summary>
internal sealed class StoreTrust
{
    private readonly Lock gate = new();
    private StoreMark? trusted;

    /// <summary>The epoch and the greatest count seen; null before the first look.</summary>
    public StoreMark? Current
    {
        get
        {
            lock (gate)
            {
                return trusted;
            }
        }
    }

    /// <summary>Goes by this from now on; null believes anything.</summary>
    public void Adopt(StoreMark? mark)
    {
        lock (gate)
        {
            trusted = mark;
        }
    }

    /// <summary>Compares an answer with what was known before it was asked for.</summary>
    /// <param name="before">What <see cref="Current"/> was then; null checks nothing.</param>
    /// <param name="epochId">The answer's epoch.</param>
    /// <param name="commitCount">The answer's count.</param>
    /// <param name="isCommit">True when the answer's count includes a commit of ours.</param>
    /// <exception cref="StoreForgotException">The store is not where it was.</exception>
    public void Check(StoreMark? before, string epochId, long commitCount, bool isCommit)
    {
        if (before is null)
        {
            return;
        }

        var least = before.CommitCount + (isCommit ? 1 : 0);
        if (epochId != before.EpochId || commitCount < least)
        {
            throw new StoreForgotException(
                $"epoch {before.EpochId} at {least}", $"epoch {epochId} at {commitCount}");
        }

        lock (gate)
        {
            if (trusted?.EpochId == epochId && trusted.CommitCount < commitCount)
            {
                trusted = trusted with { CommitCount = commitCount };
            }
        }
    }
}
