namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>
/// A process that can die between any two effects. All of its code runs on the world's one thread,
/// in turns: whatever it awaits goes on in a later turn, and a dead process has no turns.
/// </summary>
internal sealed class FakeProcess(FakeWorld world, string name) : TaskScheduler
{
    public string Name => name;

    public bool IsAlive { get; private set; } = true;

    /// <summary>Ends it. What it asked for may still happen; it will never hear of it.</summary>
    public void Kill() => IsAlive = false;

    /// <summary>Runs something in this process.</summary>
    public void Start(Func<Task> what) =>
        Task.Factory.StartNew(what, CancellationToken.None, TaskCreationOptions.None, this);

    /// <summary>
    /// Something outside of the process is to happen: the world decides when, and what comes back.
    /// </summary>
    public Task<T> AskAsync<T>(FakeEffectKind kind, string what, string about, Func<T> effect)
    {
        var asked = new FakeEffect<T>(this, kind, what, about, effect);
        world.Add(asked);
        return asked.Answered;
    }

    internal void Take(Task turn)
    {
        if (IsAlive)
        {
            TryExecuteTask(turn);
        }
    }

    protected override void QueueTask(Task task)
    {
        if (IsAlive)
        {
            world.Add(this, task);
        }
    }

    /// <summary>Never: turns are taken in the order in which they became possible.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
