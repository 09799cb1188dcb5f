namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>What a subscription may pile up.</summary>
internal static class EventLimits
{
    /// <summary>Events that wait for a reader; beyond it the oldest is dropped.</summary>
    public const int WaitingCount = 10_000;
}
