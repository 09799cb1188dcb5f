using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.State;

/// <summary>The attempt that holds a shot's lease.</summary>
internal sealed record AttemptState
{
    /// <summary>A UUIDv7 that the worker made.</summary>
    public required string AttemptId { get; init; }

    /// <summary>Which try, from 1.</summary>
    public required int AttemptNumber { get; init; }

    /// <summary>Who renders.</summary>
    public required string WorkerId { get; init; }

    /// <summary>What the worker said last.</summary>
    public AttemptStage Stage { get; init; }

    /// <summary>Denoising steps done.</summary>
    public int StepNumber { get; init; }

    /// <summary>Denoising steps in all.</summary>
    public int StepCount { get; init; }

    /// <summary>
    /// How often the lease was renewed. A lease ends when this number stands still, so that no
    /// clock of another machine is ever compared.
    /// </summary>
    public long RenewalCount { get; init; }
}
