using MassTransit;
using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.Recovery;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Intake;

/// <summary>
/// Hears workers. While jobs' states are being rebuilt, how attempts ended waits; questions are
/// not answered, since a worker that waited in vain returns its ticket, or renders on.
/// </summary>
internal sealed class ShotConsumer(ShotDesk desk, WorkerRoster roster, RebuildGate gate)
    : IConsumer<ClaimShot>,
        IConsumer<RenewLease>,
        IConsumer<AttemptCommitted>,
        IConsumer<AttemptFailed>,
        IConsumer<AttemptHandedBack>,
        IConsumer<WorkerAnnounced>
{
    public async Task Consume(ConsumeContext<ClaimShot> context)
    {
        if (!gate.IsOpen)
        {
            return;
        }

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

    public async Task Consume(ConsumeContext<RenewLease> context)
    {
        if (gate.IsOpen)
        {
            await context.RespondAsync(
                await desk.RenewAsync(context.Message, context.CancellationToken));
        }
    }

    public Task Consume(ConsumeContext<AttemptCommitted> context) =>
        gate.RunAsync(
            () => desk.CommittedAsync(context.Message, context.CancellationToken),
            context.CancellationToken);

    public Task Consume(ConsumeContext<AttemptFailed> context) =>
        gate.RunAsync(
            () => desk.FailedAsync(context.Message, context.CancellationToken),
            context.CancellationToken);

    public Task Consume(ConsumeContext<AttemptHandedBack> context) =>
        gate.RunAsync(
            () => desk.HandedBackAsync(context.Message, context.CancellationToken),
            context.CancellationToken);

    public Task Consume(ConsumeContext<WorkerAnnounced> context) =>
        gate.IsOpen
            ? roster.AnnounceAsync(context.Message, context.CancellationToken)
            : Task.CompletedTask;
}
