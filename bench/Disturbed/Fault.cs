namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>A fault as it was injected.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Target">The process, line or server.</param>
/// <param name="At">When it began.</param>
/// <param name="Duration">How long it was meant to last.</param>
internal sealed record Fault(
    FaultKind Kind, string Target, DateTimeOffset At, TimeSpan Duration)
{
    /// <summary>When it was over; null while it lasts.</summary>
    public DateTimeOffset? Over { get; set; }
}
