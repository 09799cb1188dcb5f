namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>
/// Which workers are free, and how often more of each kind come free, over the last minute or so:
/// what a shot that waits for a better one has to expect.
/// </summary>
internal sealed class AskRates
{
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);
    private readonly List<Kind> kinds = [];

    /// <summary>The kinds that were ever seen.</summary>
    public IReadOnlyList<Kind> Kinds => kinds;

    /// <summary>Notes that a worker came free.</summary>
    public void NoteFree(AskingWorker worker, DateTimeOffset now) =>
        KindOf(worker).NoteFree(worker.Loaded, now);

    /// <summary>Notes that a worker that was free is not any more.</summary>
    public void NoteTaken(AskingWorker worker) => KindOf(worker).NoteTaken(worker.Loaded);

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
        private readonly Dictionary<string, Rate> byModel = [];
        private Rate all;

        public double Speed => speed;

        public double MemoryGib => memoryGib;

        /// <summary>Seconds until one comes free for the last of so many shots.</summary>
        public double WaitFor(int count, DateTimeOffset now) => all.WaitFor(count, now);

        /// <summary>The same for one that has this model loaded.</summary>
        public double WaitFor(int count, string model, DateTimeOffset now) =>
            byModel.GetValueOrDefault(model).WaitFor(count, now);

        public void NoteFree(IReadOnlyList<string> loaded, DateTimeOffset now)
        {
            all = all.Plus(now);
            foreach (var model in loaded)
            {
                byModel[model] = byModel.GetValueOrDefault(model).Plus(now);
            }
        }

        public void NoteTaken(IReadOnlyList<string> loaded)
        {
            all = all with { FreeCount = all.FreeCount - 1 };
            foreach (var model in loaded)
            {
                var rate = byModel[model];
                byModel[model] = rate with { FreeCount = rate.FreeCount - 1 };
            }
        }
    }

    private readonly record struct Rate(double Sum, DateTimeOffset LastAt, int FreeCount)
    {
        public double WaitFor(int count, DateTimeOffset now) =>
            count <= FreeCount ? 0
            : Sum == 0 ? double.PositiveInfinity
            : (count - FreeCount) * Memory.TotalSeconds / At(now);

        public Rate Plus(DateTimeOffset now) => new(1 + At(now), now, FreeCount + 1);

        private double At(DateTimeOffset now) =>
            Sum == 0 ? 0 : Sum * Math.Exp(-(now - LastAt) / Memory);
    }
}
