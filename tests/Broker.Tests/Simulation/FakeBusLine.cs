using RenderFarm.Contracts.Reels;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>One process' line to RabbitMQ: every call may fail, or be its last.</summary>
internal sealed class FakeBusLine(FakeProcess process, FakeBus bus)
    : ITicketQueue, IEventExchange, IFarmSender
{
    Task ITicketQueue.PublishAsync(
        string queue,
        string messageId,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken) =>
        process.AskAsync(
            FakeEffectKind.Bus,
            "sends a ticket to",
            queue,
            () => bus.SendTicket(queue, messageId, body));

    Task IEventExchange.PublishAsync(
        string routingKey,
        string messageId,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken) =>
        process.AskAsync(
            FakeEffectKind.Bus,
            "tells",
            routingKey,
            () => bus.SendEvent(routingKey, messageId, body));

    public Task SendAsync<T>(string queue, T message, CancellationToken cancellationToken)
        where T : class =>
        process.AskAsync(
            FakeEffectKind.Bus,
            "sends an order to",
            queue,
            () => bus.SendOrder((StitchReel)(object)message));

    public Task<ITicket> TakeAsync(
        IReadOnlyList<string> queues, CancellationToken cancellationToken) =>
        throw new NotSupportedException("workers of this world take from the bus itself");

    public Task<IEventSubscription> SubscribeAsync(
        string pattern, CancellationToken cancellationToken) =>
        throw new NotSupportedException("the auditor hears every event");
}
