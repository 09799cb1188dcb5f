namespace RenderFarm.Broker.State;

/// <summary>The numbers that the rules go by.</summary>
internal sealed record RuleLimits
{
    /// <summary>Failed attempts after which a shot is failed.</summary>
    public int AttemptLimit { get; init; } = 5;

    /// <summary>Different workers after whose failures a shot is failed.</summary>
    public int WorkerLimit { get; init; } = 3;

    /// <summary>The wait after the first failure; it doubles with every further one.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait after a failure.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Attempts lost to the farm's own trouble after which a shot is failed.</summary>
    public int TroubleLimit { get; init; } = 20;

    /// <summary>The wait after the first trouble; it doubles with every further one.</summary>
    public TimeSpan FirstTroubleDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a worker that failed a shot is passed over in favour of others.</summary>
    public int PassOverLimit { get; init; } = 5;

    /// <summary>How long a shot waits for another worker after one was passed over.</summary>
    public TimeSpan PassOverDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Failed tries at a reel after which the job is failed.</summary>
    public int ReelLimit { get; init; } = 3;

    /// <summary>Blamed failures in a row after which a worker is set aside.</summary>
    public int SetAsideLimit { get; init; } = 3;

    /// <summary>A worker's first rest; it doubles with every one that did not help.</summary>
    public TimeSpan FirstRest { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest rest.</summary>
    public TimeSpan LongestRest { get; init; } = TimeSpan.FromMinutes(15);
}
