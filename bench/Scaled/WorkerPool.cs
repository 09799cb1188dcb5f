using RenderFarm.Benchmarks.Processes;

namespace RenderFarm.Benchmarks.Scaled;

/// <summary>
/// Workers as processes that come and go. Which one goes is left to chance: an autoscaler does not
/// know who is busy. It gets the signals that a pod gets.
/// </summary>
internal sealed class WorkerPool(
    Func<int, FarmProcess> create, TimeSpan longestStop, Chance chance, TimeProvider time)
    : IAsyncDisposable
{
    private readonly List<FarmProcess> live = [];
    private readonly List<FarmProcess> all = [];
    private readonly List<Task<bool>> ends = [];

    /// <summary>Workers that were not told to stop.</summary>
    public int Count => live.Count;

    /// <summary>The most that there were.</summary>
    public int MostCount { get; private set; }

    /// <summary>Who was told to stop, and when.</summary>
    public List<(string WorkerId, DateTimeOffset At)> Stops { get; } = [];

    /// <summary>Every worker that there was.</summary>
    public IReadOnlyList<FarmProcess> All => all;

    /// <summary>Starts or stops some.</summary>
    public void ScaleTo(int count)
    {
        while (live.Count < count)
        {
            var worker = create(all.Count + 1);
            worker.Start();
            live.Add(worker);
            all.Add(worker);
        }

        MostCount = Math.Max(MostCount, live.Count);
        while (live.Count > count)
        {
            var worker = live[chance.Below(live.Count)];
            live.Remove(worker);
            Stops.Add((worker.Name, time.GetUtcNow()));
            ends.Add(worker.EndInOrderAsync(longestStop, CancellationToken.None));
        }
    }

    /// <summary>Waits for all who were told to stop.</summary>
    /// <returns>How many had to be killed.</returns>
    public async Task<int> StoppedAsync() => (await Task.WhenAll(ends)).Count(ended => !ended);

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(all.Select(worker => worker.DisposeAsync().AsTask()));
}
