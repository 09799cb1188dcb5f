using MassTransit;
using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.Reporting;
using RenderFarm.Contracts.Reels;

namespace RenderFarm.Broker.Intake;

/// <summary>Hears stitchers.</summary>
internal sealed class ReelConsumer(FilmFinisher finisher, RebuildGate gate)
    : IConsumer<ReelStitched>, IConsumer<ReelFailed>
{
    public Task Consume(ConsumeContext<ReelStitched> context) =>
        gate.RunAsync(
            () => finisher.StitchedAsync(context.Message.Reel, context.CancellationToken),
            context.CancellationToken);

    public Task Consume(ConsumeContext<ReelFailed> context) =>
        gate.RunAsync(
            () => finisher.FailAsync(
                context.Message with { Message = MessageRules.Shorten(context.Message.Message) },
                context.CancellationToken),
            context.CancellationToken);
}
