using MassTransit;
using RenderFarm.Broker.Reporting;
using RenderFarm.Contracts.Reels;

namespace RenderFarm.Broker.Intake;

/// <summary>Hears stitchers.</summary>
internal sealed class ReelConsumer(FilmFinisher finisher)
    : IConsumer<ReelStitched>, IConsumer<ReelFailed>
{
    public Task Consume(ConsumeContext<ReelStitched> context) =>
        finisher.StitchedAsync(context.Message.Reel, context.CancellationToken);

    public Task Consume(ConsumeContext<ReelFailed> context) =>
        finisher.FailAsync(
            context.Message with { Message = MessageRules.Shorten(context.Message.Message) },
            context.CancellationToken);
}
