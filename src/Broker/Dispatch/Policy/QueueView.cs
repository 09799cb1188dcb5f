namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>What a forecast for a job is made of.</summary>
internal sealed record QueueView
{
    /// <summary>Sum of the workers' speeds.</summary>
    public required double Capacity { get; init; }

    /// <summary>Workers.</summary>
    public required int WorkerCount { get; init; }

    /// <summary>GPU-seconds that wait in better classes.</summary>
    public required double BetterWork { get; init; }

    /// <summary>Part of the capacity that goes to the job's class all the same.</summary>
    public required double Floor { get; init; }

    /// <summary>Every tenant's backlog in the job's class, the job's included.</summary>
    public required IReadOnlyList<TenantBacklog> Backlogs { get; init; }

    /// <summary>Seconds until a running shot ends, for the usual worker: half of one.</summary>
    public double HalfShot { get; init; }
}
