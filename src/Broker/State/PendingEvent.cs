namespace RenderFarm.Broker.State;

/// <summary>An event that is yet to happen, and the task of whoever waits for its ruling.</summary>
internal sealed class PendingEvent
{
    private readonly TaskCompletionSource<Ruling?> ended =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Exception? fault;

    /// <summary>The job that it happens to, or whose shot it happens to.</summary>
    public required string JobId { get; init; }

    /// <summary>Which shot; means nothing in an event of a job.</summary>
    public int ShotIndex { get; init; }

    /// <summary>What happens to a job; null in an event of a shot.</summary>
    public JobEvent? OfJob { get; init; }

    /// <summary>What happens to a shot; null in an event of a job.</summary>
    public ShotEvent? OfShot { get; init; }

    /// <summary>What must have room.</summary>
    public IReadOnlyList<IndexLimit> Limits { get; init; } = [];

    /// <summary>The ruling; null when there is no such job or shot.</summary>
    public Task<Ruling?> Ended => ended.Task;

    /// <summary>What the rule says so far; it counts once its states are kept.</summary>
    public Ruling? Ruling { get; private set; }

    /// <summary>
    /// Whether it may end or pause the job, or carries it on: nothing else happens to that job in
    /// the same step, so that a job's steps can be told apart by looking at what was kept.
    /// </summary>
    public bool IsAlone => OfShot is null or ShotEvent.AttemptFailed or ShotEvent.LeaseExpired
        or ShotEvent.CancelAsked or ShotEvent.JobEnded;

    /// <summary>
    /// Notes what a rule says, or how it failed: one event's fault is not the others'.
    /// </summary>
    public void Judge(Func<Ruling?> rule)
    {
        (Ruling, fault) = (null, null);
        try
        {
            Ruling = rule();
        }
        catch (Exception thrown) when (thrown is not OutOfMemoryException)
        {
            fault = thrown;
        }
    }

    /// <summary>What was noted stands.</summary>
    public void End()
    {
        if (fault is null)
        {
            ended.TrySetResult(Ruling);
        }
        else
        {
            ended.TrySetException(fault);
        }
    }

    /// <summary>It did not happen, or nobody knows whether it did.</summary>
    public void Fail(Exception why) => ended.TrySetException(why);
}
