namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>
/// A process' clock: the moment may jump, elapsed time goes on with the world's.
/// </summary>
internal sealed class FakeProcessClock(FakeWorld world) : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    /// <summary>How far it is ahead of the world's clock.</summary>
    public TimeSpan Skew { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Start + world.Elapsed + Skew;

    public override long GetTimestamp() => world.Elapsed.Ticks;

    /// <summary>
    /// A limit on a wait, which never comes: in this world every call ends at once, and the world
    /// takes the steps that loops would take.
    /// </summary>
    public override ITimer CreateTimer(
        TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new FakeLimit();

    private sealed class FakeLimit : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
