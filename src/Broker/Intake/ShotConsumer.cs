using MassTransit;
using RenderFarm.Broker.Dispatch;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Intake;

/// <summary>
/// Hears workers. A message that none can have sent ends here: it is answered where an answer is
/// waited for, and logged.
/// </summary>
internal sealed class ShotConsumer(ShotDesk desk, WorkerRoster roster, ILogger<ShotConsumer> log)
    : IConsumer<ClaimShot>,
        IConsumer<RenewLease>,
        IConsumer<AttemptCommitted>,
        IConsumer<AttemptFailed>,
        IConsumer<AttemptHandedBack>,
        IConsumer<WorkerAnnounced>
{
    public async Task Consume(ConsumeContext<ClaimShot> context)
    {
        if (Drops(nameof(ClaimShot), MessageRules.FaultIn(context.Message)))
        {
            await context.RespondAsync(new ClaimRefused { Reason = "this is no claim" });
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

    public async Task Consume(ConsumeContext<RenewLease> context) =>
        await context.RespondAsync(
            Drops(nameof(RenewLease), MessageRules.FaultIn(context.Message))
                ? new LeaseRenewed { Directive = LeaseDirective.Lost }
                : await desk.RenewAsync(context.Message, context.CancellationToken));

    public Task Consume(ConsumeContext<AttemptCommitted> context) =>
        Drops(nameof(AttemptCommitted), MessageRules.FaultIn(context.Message))
            ? Task.CompletedTask
            : desk.CommittedAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<AttemptFailed> context) =>
        Drops(nameof(AttemptFailed), MessageRules.FaultIn(context.Message))
            ? Task.CompletedTask
            : desk.FailedAsync(
                context.Message with { Message = MessageRules.Shorten(context.Message.Message) },
                context.CancellationToken);

    public Task Consume(ConsumeContext<AttemptHandedBack> context) =>
        Drops(nameof(AttemptHandedBack), MessageRules.FaultIn(context.Message))
            ? Task.CompletedTask
            : desk.HandedBackAsync(context.Message, context.CancellationToken);

    public Task Consume(ConsumeContext<WorkerAnnounced> context) =>
        Drops(nameof(WorkerAnnounced), MessageRules.FaultIn(context.Message))
            ? Task.CompletedTask
            : roster.AnnounceAsync(context.Message, context.CancellationToken);

    private bool Drops(string type, string? fault)
    {
        if (fault is null)
        {
            return false;
        }

        log.MessageDropped(type, fault);
        return true;
    }
}
