namespace RenderFarm.Broker.State;

/// <summary>
/// Reads that arrive while one is under way share the next: a call costs both sides more than what
/// it reads. Each goes out after it was asked for and before any commit that is asked for later.
/// </summary>
/// <param name="read">Reads records in one step; null where there is none.</param>
internal sealed class SharedReads(Func<IReadOnlyList<string>, Task<StoredRecord?[]>> read)
{
    private const int MostKeys = 256;

    private readonly Lock gate = new();
    private Group waiting = new();
    private bool isUnderWay;

    /// <summary>Reads records; null where there is none.</summary>
    public async Task<IReadOnlyList<StoredRecord?>> LoadAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            return [];
        }

        Group group;
        int start;
        bool isFirst;
        lock (gate)
        {
            group = waiting;
            start = group.Keys.Count;
            isFirst = !isUnderWay;
            if (start + keys.Count <= MostKeys)
            {
                isUnderWay = true;
                group.Keys.AddRange(keys);
            }
            else
            {
                // Much at once needs nobody's company, and would hold the others up.
                (group, isFirst) = (new Group(), false);
            }
        }

        if (group.Keys.Count == 0)
        {
            return await read(keys).WaitAsync(cancellationToken);
        }

        if (isFirst)
        {
            // Nobody's own wait: whoever gives up does not end it for the others.
            _ = ReadAsync();
        }

        var found = await group.Found.Task.WaitAsync(cancellationToken);
        return new ArraySegment<StoredRecord?>(found, start, keys.Count);
    }

    /// <summary>Sends what waits: it must not see what is asked for next.</summary>
    public void Send()
    {
        Group group;
        lock (gate)
        {
            group = waiting;
            waiting = new Group();
        }

        if (group.Keys.Count > 0)
        {
            _ = ReadAsync(group);
        }
    }

    /// <summary>Goes on until nothing waits.</summary>
    private async Task ReadAsync()
    {
        while (Next() is { } group)
        {
            await ReadAsync(group);
        }
    }

    private async Task ReadAsync(Group group)
    {
        try
        {
            group.Found.SetResult(await read(group.Keys));
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            group.Found.SetException(fault);
        }
    }

    private Group? Next()
    {
        lock (gate)
        {
            var group = waiting;
            isUnderWay = group.Keys.Count > 0;
            if (!isUnderWay)
            {
                return null;
            }

            waiting = new Group();
            return group;
        }
    }

    private sealed class Group
    {
        public List<string> Keys { get; } = [];

        public TaskCompletionSource<StoredRecord?[]> Found { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
