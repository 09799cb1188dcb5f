using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Storage;
using StackExchange.Redis;
using Xunit;

namespace RenderFarm.Broker.Tests.Intake;

public sealed class PatientHearingTests
{
    public static TheoryData<Exception> Passing =>
    [
        new TimeoutException("late"),
        new StoreException("away", canRetry: true),
    ];

    [Theory]
    [MemberData(nameof(Passing), DisableDiscoveryEnumeration = true)]
    public async Task Hear_ServerAwayForAMinute_WaitsAndHears(Exception fault)
    {
        var time = new FakeLeapingClock();
        var start = time.GetUtcNow();
        var count = 0;

        await Hearing(time).HearAsync(
            "word",
            () => ++count > 0 && time.GetUtcNow() - start < TimeSpan.FromMinutes(1)
                ? throw fault
                : Task.CompletedTask,
            default);

        Assert.InRange(count, 30, 40);
        Assert.InRange(
            time.GetUtcNow() - start, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(62));
    }

    [Fact]
    public async Task Hear_NobodyAtRedisPort_WaitsAndHears()
    {
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var port = ((IPEndPoint)nobody.LocalEndpoint).Port;
        nobody.Stop();
        var count = 0;

        await Hearing(new FakeLeapingClock()).HearAsync(
            "word",
            () => ++count < 3
                ? ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{port},connectTimeout=500")
                : Task.CompletedTask,
            default);

        Assert.Equal(3, count);
    }

    [Fact]
    public async Task Hear_ServerAwayForLong_GivesUpBeforeRabbitTakesTheMessageBack()
    {
        var time = new FakeLeapingClock();
        var start = time.GetUtcNow();

        await Assert.ThrowsAsync<TimeoutException>(() => Hearing(time).HearAsync(
            "word", () => throw new TimeoutException(), default));

        Assert.InRange(
            time.GetUtcNow() - start, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(29));
    }

    [Fact]
    public async Task Hear_FaultOfItsOwn_IsThrownAtOnce() =>
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Hearing(new TestTimeProvider()).HearAsync(
                "word", () => throw new InvalidOperationException(), default));

    [Fact]
    public async Task Hear_ToldToStop_EndsTheWait()
    {
        using var stop = new CancellationTokenSource();
        var hearing = Hearing(new TestTimeProvider()).HearAsync(
            "word", () => throw new TimeoutException(), stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hearing);
    }

    private static PatientHearing Hearing(TimeProvider time) => new(
        new RebuildGate(Options.Create(new BrokerOptions()), time),
        time,
        NullLogger<PatientHearing>.Instance);

    /// <summary>A clock that leaps to the end of each wait as soon as it begins.</summary>
    private sealed class FakeLeapingClock : TimeProvider
    {
        private DateTimeOffset now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => now.Ticks;

        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            now += dueTime;
            return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
