namespace RenderFarm.Contracts.Jobs;

/// <summary>
/// What a job has to expect, as the queue stands now and by the farm's own history: a forecast and
/// no promise, since jobs of a better class may come.
/// </summary>
public sealed record JobOutlook
{
    /// <summary>The place of its next shot among all that wait, from 1.</summary>
    public required int QueuePosition { get; init; }

    /// <summary>Time until its shots are as likely as not all rendered.</summary>
    public required TimeSpan EtaP50 { get; init; }

    /// <summary>Time that suffices nine times of ten.</summary>
    public required TimeSpan EtaP90 { get; init; }

    /// <summary>GPU time that what is left of it is going to take.</summary>
    public required TimeSpan EstimatedGpuTime { get; init; }
}
