using System.Collections.Concurrent;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Census;

/// <summary>
/// GPU-seconds for a frame with each queue's model, as a moving average over the clips that were
/// rendered. Kept in the job store, so that every Broker says the same and a restart forgets
/// nothing.
/// </summary>
internal sealed class RenderCosts
{
    /// <summary>A new clip's part of the average: the last twenty or so make it.</summary>
    private const double Weight = 0.1;
    private const int MostNotes = 1000;

    private readonly ConcurrentDictionary<string, double> known = [];
    private readonly ConcurrentDictionary<string, ConcurrentQueue<double>> notes = [];

    /// <summary>Notes what a clip cost.</summary>
    public void Note(string queue, Clip clip)
    {
        var some = notes.GetOrAdd(queue, _ => []);
        if (clip.FrameCount > 0 && some.Count < MostNotes)
        {
            some.Enqueue(clip.Rendering.TotalSeconds / clip.FrameCount);
        }
    }

    /// <summary>GPU-seconds for a frame; null before the first clip.</summary>
    public double? OfFrame(string queue) =>
        known.TryGetValue(queue, out var seconds) ? seconds : null;

    /// <summary>Adds to what the job store has, and takes over what others added.</summary>
    public async Task ShareAsync(
        IJobStore store, IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var records = await store.LoadAsync<Cost>(
            [.. queues.Select(RecordKeys.Cost)], cancellationToken);
        foreach (var (queue, record) in queues.Zip(records))
        {
            var average = record?.State.SecondsPerFrame;
            var taken = new List<double>();
            while (notes.TryGetValue(queue, out var some) && some.TryDequeue(out var note))
            {
                taken.Add(note);
                average = average is null ? note : average + (Weight * (note - average));
            }

            if (average is not { } seconds)
            {
                continue;
            }

            known[queue] = seconds;
            if (taken.Count > 0)
            {
                await KeepAsync(store, queue, record?.Version ?? 0, seconds, cancellationToken);
            }
        }
    }

    /// <summary>Of two Brokers that add at once, one's few clips are left out.</summary>
    private static Task<CommitResult> KeepAsync(
        IJobStore store,
        string queue,
        long version,
        double seconds,
        CancellationToken cancellationToken) =>
        store.CommitAsync(
            new Commit
            {
                Records =
                [
                    new(
                        RecordKeys.Cost(queue),
                        version,
                        StateRecords.Write(new Cost { SecondsPerFrame = seconds })),
                ],
            },
            cancellationToken);

    private sealed record Cost
    {
        public required double SecondsPerFrame { get; init; }
    }
}
