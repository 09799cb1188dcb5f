namespace RenderFarm.Broker.Tests.State;

/// <summary>
/// A clock that moves when it is told to, with the timers that come due on the way.
/// </summary>
internal sealed class TestTimeProvider : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Alarm> alarms = [];
    private DateTimeOffset now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.Ticks;

    public void Advance(TimeSpan by)
    {
        var end = now + by;
        while (Next(end) is { } alarm)
        {
            now = alarm.DueAt > now ? alarm.DueAt : now;
            alarm.Ring();
        }

        now = end;
    }

    public override ITimer CreateTimer(
        TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    private Alarm? Next(DateTimeOffset end)
    {
        lock (gate)
        {
            return alarms.Where(a => a.DueAt <= end).MinBy(a => a.DueAt);
        }
    }

    private sealed class Alarm(TestTimeProvider clock, TimerCallback callback, object? state)
        : ITimer
    {
        private TimeSpan period;

        public DateTimeOffset DueAt { get; private set; }

        public void Ring()
        {
            Change(period, period);
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                this.period = period;
                clock.alarms.Remove(this);
                if (dueTime > TimeSpan.Zero)
                {
                    DueAt = clock.now + dueTime;
                    clock.alarms.Add(this);
                }
            }

            return true;
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
