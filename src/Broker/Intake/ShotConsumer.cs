using MassTransit;
using RenderFarm.Broker.Dispatch;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Intake;

/// <summary>Hears workers.</summary>
internal sealed class ShotConsumer(ShotDesk desk, WorkerRoster roster)
    : IConsumer<ClaimShot>,
        IConsumer<RenewLease>,
        IConsumer<AttemptCommitted>,
        IConsumer<AttemptFailed>,
        IConsumer<AttemptHandedBack>,
        IConsumer<WorkerAnnounced>
{
    public async Task Consume(ConsumeContext<ClaimShot> context)
    {
        var reply = await desk.ClaimAsync(context.Message, context.CancellationToken);
        if (reply.Claimed is { } claimed)
        {
            await context.RespondAsync(claimed);
        }
        else
        {
            await context.RespondAsync(reply.Refused!);
        }
    }

    public async Task Consume(ConsumeContext<RenewLease> context) =>
        await context.RespondAsync(
            await desk.RenewAsync(context.Message, context.CancellationToken));

    public Task Consume(ConsumeContext<AttemptCommitted> context) =>
        desk.CommittedAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AttemptFailed> context) =>
        desk.FailedAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AttemptHandedBack> context) =>
        desk.HandedBackAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<WorkerAnnounced> context) =>
        roster.AnnounceAsync(context.Message, context.CancellationToken);
}
