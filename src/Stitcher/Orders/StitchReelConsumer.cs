using MassTransit;
using RenderFarm.Contracts.Reels;

namespace RenderFarm.Stitcher.Orders;

/// <summary>
/// Notes an order and lets the message go. Joining inside a consumer is ruled out: RabbitMQ takes
/// back what is held too long, and a lost connection starts the same reel twice.
/// </summary>
internal sealed class StitchReelConsumer(OrderBook orders, ILogger<StitchReelConsumer> log)
    : IConsumer<StitchReel>
{
    public Task Consume(ConsumeContext<StitchReel> context)
    {
        var order = context.Message;
        if (!orders.TryAdd(order))
        {
            log.OrderIgnored(order.JobId, order.Revision);
        }

        return Task.CompletedTask;
    }
}
