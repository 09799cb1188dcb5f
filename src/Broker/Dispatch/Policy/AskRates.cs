namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>
/// Which workers are free, and how often more of each kind come free, over the last minute or so:
/// what a shot that waits for a better one has to expect.
/// </summary>
internal sealed class AskRates
{
    private readonly List<Kind> kinds = [];

    /// <summary>The kinds that were ever seen.</summary>
    public IReadOnlyList<Kind> Kinds => kinds;

    /// <summary>Notes that a worker came free.</summary>
    public void NoteFree(AskingWorker worker, DateTimeOffset now) =>
        KindOf(worker).NoteFree(worker.Loaded, now);

    /// <summary>
    /// Notes a worker as it stands, where nobody watched it come and go: free, or how often it is
    /// going to be.
    /// </summary>
    public void Note(AskingWorker worker, bool isFree, double perSecond, DateTimeOffset now) =>
        KindOf(worker).Note(worker.Loaded, isFree ? 1 : 0, perSecond, now);

    /// <summary>Notes that a worker that was free is not any more.</summary>
    public void NoteTaken(AskingWorker worker) => KindOf(worker).NoteTaken(worker.Loaded);

    /// <summary>The speed of the fastest workers with at least so much memory.</summary>
    public double MostSpeedFor(double memoryGib)
    {
        var most = 0.0;
        foreach (var kind in kinds)
        {
            most = kind.MemoryGib >= memoryGib ? Math.Max(most, kind.Speed) : most;
        }

        return most;
    }

    /// <summary>How many workers of at least a speed, with a model loaded, are free now.</summary>
    public int FreeWith(string model, double leastSpeed)
    {
        var count = 0;
        foreach (var kind in kinds)
        {
            count += kind.Speed >= leastSpeed ? kind.FreeWith(model) : 0;
        }

        return count;
    }

    /// <summary>The memory of the smallest workers that can serve a model, in GiB.</summary>
    public double LeastMemoryFor(ModelNeed model)
    {
        var least = double.PositiveInfinity;
        foreach (var kind in kinds)
        {
            if (kind.MemoryGib >= model.MemoryGib && kind.MemoryGib < least)
            {
                least = kind.MemoryGib;
            }
        }

        return least;
    }

    private Kind KindOf(AskingWorker worker)
    {
        foreach (var known in kinds)
        {
            if (known.Speed == worker.Speed && known.MemoryGib == worker.MemoryGib)
            {
                return known;
            }
        }

        var kind = new Kind(worker.Speed, worker.MemoryGib);
        kinds.Add(kind);
        return kind;
    }

    /// <summary>Workers of one speed and one memory.</summary>
    internal sealed class Kind(double speed, double memoryGib)
    {
        private readonly Dictionary<string, Free> byModel = [];
        private Free all;

        public double Speed => speed;

        public double MemoryGib => memoryGib;

        /// <summary>Seconds until one comes free for the last of so many shots.</summary>
        public double WaitFor(int count, DateTimeOffset now) => all.WaitFor(count, now);

        /// <summary>The same for one that has this model loaded.</summary>
        public double WaitFor(int count, string model, DateTimeOffset now) =>
            byModel.GetValueOrDefault(model).WaitFor(count, now);

        /// <summary>How many with this model loaded are free now.</summary>
        public int FreeWith(string model) => byModel.GetValueOrDefault(model).Count;

        public void NoteFree(IReadOnlyList<string> loaded, DateTimeOffset now)
        {
            all = all.Plus(now);
            foreach (var model in loaded)
            {
                byModel[model] = byModel.GetValueOrDefault(model).Plus(now);
            }
        }

        public void Note(
            IReadOnlyList<string> loaded, int freeCount, double perSecond, DateTimeOffset now)
        {
            all = all.Plus(freeCount, perSecond, now);
            foreach (var model in loaded)
            {
                byModel[model] =
                    byModel.GetValueOrDefault(model).Plus(freeCount, perSecond, now);
            }
        }

        public void NoteTaken(IReadOnlyList<string> loaded)
        {
            all = all with { Count = all.Count - 1 };
            foreach (var model in loaded)
            {
                var rate = byModel[model];
                byModel[model] = rate with { Count = rate.Count - 1 };
            }
        }
    }

    /// <summary>How many are free, and how often more come.</summary>
    private readonly record struct Free(int Count, Rate Rate)
    {
        public double WaitFor(int count, DateTimeOffset now) =>
            count <= Count ? 0 : (count - Count) / Rate.At(now);

        public Free Plus(int count, double perSecond, DateTimeOffset now) =>
            new(Count + count, Rate.Plus(perSecond, now));

        public Free Plus(DateTimeOffset now) => new(Count + 1, Rate.Plus(now));
    }
}
