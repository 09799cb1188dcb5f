using MassTransit;
using RenderFarm.Broker.Reporting;
using RenderFarm.Contracts.Reels;

namespace RenderFarm.Broker.Intake;

/// <summary>Hears stitchers.</summary>
internal sealed class ReelConsumer(FilmFinisher finisher, PatientHearing hearing)
    : IConsumer<ReelStitched>, IConsumer<ReelFailed>
{
    public Task Consume(ConsumeContext<ReelStitched> context) =>
        hearing.HearAsync(
            nameof(ReelStitched),
            () => finisher.StitchedAsync(context.Message.Reel, context.CancellationToken),
            context.CancellationToken);

    public Task Consume(ConsumeContext<ReelFailed> context) =>
        hearing.HearAsync(
            nameof(ReelFailed),
            () => finisher.FailAsync(
                context.Message with { Message = MessageRules.Shorten(context.Message.Message) },
                context.CancellationToken),
            context.CancellationToken);
}
