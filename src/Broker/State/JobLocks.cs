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
        var hash = (uint)string.GetHashCode(name, StringComparison.Ordinal);
        var stripe = stripes[hash % stripes.Length];
        await stripe.WaitAsync(cancellationToken);
        return new Turn(stripe);
    }

    private sealed class Turn(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
