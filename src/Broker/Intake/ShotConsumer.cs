using MassTransit;
using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.Recovery;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Intake;

/// <summary>
/// Hears workers. A message that none can have sent ends here: it is answered where an answer is
/// waited for, and logged. While jobs' states are being rebuilt or cannot be reached, word of how
/// attempts ended waits; questions are not answered: a worker that waited in vain returns its
/// ticket, or renders on.
/// </summary>
internal sealed class ShotConsumer(
    ShotDesk desk,
    WorkerRoster roster,
    RebuildGate gate,
    PatientHearing hearing,
    ILogger<ShotConsumer> log)
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
        if (Drops(nameof(RenewLease), MessageRules.FaultIn(context.Message)))
        {
            await context.RespondAsync(new LeaseRenewed { Directive = LeaseDirective.Lost });
        }
        else if (gate.IsOpen)
        {
            await context.RespondAsync(
                await desk.RenewAsync(context.Message, context.CancellationToken));
        }
    }

    public Task Consume(ConsumeContext<AttemptCommitted> context) =>
        HearAsync(context, MessageRules.FaultIn(context.Message), desk.CommittedAsync);

    public Task Consume(ConsumeContext<AttemptFailed> context) =>
        HearAsync(
            context,
            MessageRules.FaultIn(context.Message),
            (failed, token) => desk.FailedAsync(
                failed with { Message = MessageRules.Shorten(failed.Message) }, token));

    public Task Consume(ConsumeContext<AttemptHandedBack> context) =>
        HearAsync(context, MessageRules.FaultIn(context.Message), desk.HandedBackAsync);

    public async Task Consume(ConsumeContext<WorkerAnnounced> context)
    {
        if (!gate.IsOpen || Drops(nameof(WorkerAnnounced), MessageRules.FaultIn(context.Message)))
        {
            return;
        }

        try
        {
            await roster.AnnounceAsync(context.Message, context.CancellationToken);
        }
        catch (Exception fault) when (PatientHearing.MayPass(fault))
        {
            // The worker says so again in a few seconds.
            log.WordMissed(nameof(WorkerAnnounced), fault.Message);
        }
    }

    private Task HearAsync<T>(
        ConsumeContext<T> context, string? fault, Func<T, CancellationToken, Task> hearAsync)
        where T : class =>
        Drops(typeof(T).Name, fault)
            ? Task.CompletedTask
            : hearing.HearAsync(
                typeof(T).Name,
                () => hearAsync(context.Message, context.CancellationToken),
                context.CancellationToken);

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
