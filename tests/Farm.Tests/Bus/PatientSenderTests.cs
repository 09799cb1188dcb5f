using Microsoft.Extensions.Logging.Abstractions;
using RenderFarm.ServiceDefaults.Bus;
using Xunit;

namespace RenderFarm.Farm.Tests.Bus;

/// <summary>What a sender makes of a bus that fails, and of a stop.</summary>
public sealed class PatientSenderTests
{
    [Fact]
    public async Task TrySend_BusFails_SaysNo()
    {
        var sender = Create(new FakeFailingSender(() => { }));

        Assert.False(await sender.TrySendAsync(
            "queue", "word", TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task TrySend_BusFailsAsItIsStopped_IsAStop()
    {
        using var stop = new CancellationTokenSource();
        var sender = Create(new FakeFailingSender(stop.Cancel));

        await Assert.ThrowsAsync<OperationCanceledException>(() => sender.TrySendAsync(
            "queue", "word", TimeSpan.FromMinutes(1), stop.Token));
    }

    private static PatientSender Create(IFarmSender sender) =>
        new(sender, TimeProvider.System, NullLogger<PatientSender>.Instance);

    /// <summary>Fails with a fault of its own, after something else has happened.</summary>
    private sealed class FakeFailingSender(Action before) : IFarmSender
    {
        public Task SendAsync<T>(string queue, T message, CancellationToken cancellationToken)
            where T : class
        {
            before();
            throw new TimeoutException("no answer");
        }
    }
}
