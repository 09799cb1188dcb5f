using RenderFarm.Broker.Dispatch.Policy;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>Idle workers, those alike together; the fastest kind first.</summary>
internal sealed class IdleWorkers
{
    private readonly Dictionary<(string Kind, string? Model), Group> groups = [];
    private Group[] sorted = [];

    public bool IsEmpty => Array.TrueForAll(sorted, group => group.Count == 0);

    public IReadOnlyList<Group> Groups => sorted;

    /// <summary>A worker as the policy sees it.</summary>
    public AskingWorker SeenAs(WorkerKind kind, string? model) => GroupOf(kind, model).Seen;

    public void Add(SimWorker worker) =>
        GroupOf(worker.Kind, worker.Seen.Loaded is [var model] ? model : null).Add(worker);

    private Group GroupOf(WorkerKind kind, string? model)
    {
        if (!groups.TryGetValue((kind.Name, model), out var group))
        {
            group = new Group(new AskingWorker
            {
                Loaded = model is null ? [] : [model],
                MemoryGib = kind.MemoryGib,
                Speed = kind.Speed,
            });
            groups.Add((kind.Name, model), group);
            sorted = [.. groups.Values.OrderByDescending(g => g.Seen.Speed)];
        }

        return group;
    }

    internal sealed class Group(AskingWorker seen)
    {
        private readonly Stack<SimWorker> workers = new();

        public AskingWorker Seen => seen;

        public int Count => workers.Count;

        public void Add(SimWorker worker) => workers.Push(worker);

        public SimWorker Take() => workers.Pop();
    }
}
