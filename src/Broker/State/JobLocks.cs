namespace RenderFarm.Broker.State;

/// <summary>
/// Lets one event of a job, or of a shot, happen at a time in this process, so that a burst of
/// events does not try again and again. Right without it: the store compares versions.
/// </summary>
internal sealed class JobLocks
{
    private readonly SemaphoreSlim[] stripes =
        [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Waits for a name's turn, which lasts until the result is disposed.</summary>
    public async Task<IDisposable> EnterAsync(string name, CancellationToken cancellationToken)
    {
        var stripe = stripes[Hash(name) % stripes.Length];
        await stripe.WaitAsync(cancellationToken);
        return new Turn(stripe);
    }

    /// <summary>
    /// FNV-1a. The runtime's own hash differs from process to process, and with it which jobs wait
    /// for each other: a run could not be repeated.
    /// </summary>
    private static uint Hash(string name) =>
        name.Aggregate(2166136261u, (hash, letter) => unchecked((hash ^ letter) * 16777619));

    private sealed class Turn(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
