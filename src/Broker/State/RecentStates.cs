namespace RenderFarm.Broker.State;

/// <summary>
/// The states that this process kept or read last, so that a step need not read them again. Another
/// Broker may have changed them since: who goes by them has the store compare versions, and reads
/// again where nothing came of it.
/// </summary>
internal sealed class RecentStates(IJobStore store)
{
    private const int MostOfAnAge = 8192;

    private readonly Lock gate = new();
    private Dictionary<string, Loaded<object>> young = [];
    private Dictionary<string, Loaded<object>> old = [];
    private string? epochId;

    /// <summary>The epoch that states are noted in now; null where there are none.</summary>
    public string? EpochId => store.Epochs?.Trust.Current?.EpochId;

    /// <summary>What is known of a record; null when that is nothing.</summary>
    public Loaded<object>? Recall(string key)
    {
        lock (gate)
        {
            EnterEpoch();
            return young.GetValueOrDefault(key) ?? old.GetValueOrDefault(key);
        }
    }

    /// <summary>
    /// Notes a state, unless a later one is known or the epoch that it was seen in has ended.
    /// </summary>
    public void Keep(string key, object state, long version, string? seenIn)
    {
        lock (gate)
        {
            EnterEpoch();
            if (seenIn == epochId
                && !(young.TryGetValue(key, out var known) && known.Version > version))
            {
                Note(key, new(state, version));
            }
        }
    }

    /// <summary>
    /// Notes a record that was made just now, whatever was known of one that had its name before.
    /// </summary>
    public void Begin(string key, object state, string? seenIn)
    {
        lock (gate)
        {
            EnterEpoch();
            if (seenIn == epochId)
            {
                Note(key, new(state, Version: 1));
            }
        }
    }

    /// <summary>Something of it is wrong.</summary>
    public void Forget()
    {
        lock (gate)
        {
            young = [];
            old = [];
        }
    }

    private void Note(string key, Loaded<object> state)
    {
        if (young.Count >= MostOfAnAge)
        {
            (young, old) = ([], young);
        }

        young[key] = state;
    }

    /// <summary>In another epoch the same versions are of other states.</summary>
    private void EnterEpoch()
    {
        var now = EpochId;
        if (now != epochId)
        {
            epochId = now;
            young = [];
            old = [];
        }
    }
}
