using System.Text.Json;
using Microsoft.Extensions.Options;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Worker.Attempts;

namespace RenderFarm.Worker.Intake;

/// <summary>
/// Takes one ticket, claims its shot, and acknowledges before anything is rendered: a delivery that
/// is held for the length of a render is taken back by RabbitMQ and started twice.
/// </summary>
internal sealed class TicketIntake(
    ITicketQueue tickets,
    BrokerLine broker,
    IOptions<WorkerOptions> options,
    TimeProvider time,
    ILogger<TicketIntake> log)
{
    private const int LongestTicket = 4096;

    /// <summary>Between two tries while RabbitMQ or the Broker is away.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>No word of the Broker keeps a worker from its work for longer.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(1);

    /// <summary>Queues that this worker is set aside for: since when, and for how long.</summary>
    private readonly Dictionary<string, (long Since, TimeSpan Time)> rests = [];

    /// <summary>Waits for a shot that the Broker grants.</summary>
    /// <param name="queues">The queues of the models that are loaded.</param>
    /// <param name="stopping">Ends the wait; a claim that is under way is still heard out.</param>
    /// <param name="halting">Ends everything.</param>
    public async Task<Attempt> NextAsync(
        IReadOnlyList<string> queues, CancellationToken stopping, CancellationToken halting)
    {
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            try
            {
                if (await TryTakeAsync(queues, stopping) is { } ticket
                    && await TryClaimAsync(ticket, stopping, halting) is { } attempt)
                {
                    return attempt;
                }
            }
            catch (Exception fault) when (
                !stopping.IsCancellationRequested && !halting.IsCancellationRequested)
            {
                log.TakeFailed(fault);
                await Task.Delay(Pause, time, stopping);
            }
        }
    }

    /// <summary>
    /// Waits for a ticket of a queue that this worker does not rest from; null when a rest ended.
    /// </summary>
    private async Task<ITicket?> TryTakeAsync(
        IReadOnlyList<string> queues, CancellationToken stopping)
    {
        foreach (var queue in rests.Keys.Where(q => Left(rests[q]) <= TimeSpan.Zero).ToList())
        {
            rests.Remove(queue);
        }

        if (rests.Count == 0)
        {
            return await tickets.TakeAsync(queues, stopping);
        }

        using var rested = new CancellationTokenSource(rests.Values.Min(Left), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            rested.Token, stopping);
        var open = queues.Where(queue => !rests.ContainsKey(queue)).ToList();
        try
        {
            if (open.Count > 0)
            {
                return await tickets.TakeAsync(open, either.Token);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, time, either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
        }

        return null;
    }

    private TimeSpan Left((long Since, TimeSpan Time) rest)
    {
        var left = rest.Time - time.GetElapsedTime(rest.Since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private async Task<Attempt?> TryClaimAsync(
        ITicket ticket, CancellationToken stopping, CancellationToken halting)
    {
        if (Read(ticket) is not { } shot)
        {
            log.TicketUnreadable(ticket.Queue, ticket.Body.Length);
            await ticket.AcknowledgeAsync(halting);
            return null;
        }

        using var stage = StageWatch.Begin("claim", shot.TraceParent, time);
        var claim = new ClaimShot
        {
            JobId = shot.JobId,
            ShotIndex = shot.ShotIndex,
            DispatchId = shot.DispatchId,
            AttemptId = Guid.CreateVersion7(time.GetUtcNow()).ToString(),
            WorkerId = options.Value.Id,
        };
        switch (await broker.ClaimAsync(claim, halting))
        {
            case null:
                log.ClaimUnanswered(shot.JobId, shot.ShotIndex);
                await PauseAsync(stopping);
                await ticket.ReturnAsync(halting);
                return null;

            case { Granted: { } granted }:
                await AcknowledgeAsync(ticket, halting);
                log.ShotClaimed(
                    shot.JobId, shot.ShotIndex, granted.AttemptId, granted.AttemptNumber);
                return new Attempt
                {
                    JobId = shot.JobId,
                    ShotIndex = shot.ShotIndex,
                    Claim = granted,
                    TraceParent = shot.TraceParent,
                };

            case { Refusal: var refusal }:
                log.ClaimRefused(shot.JobId, shot.ShotIndex, refusal?.Reason ?? "");
                if (refusal?.RestTime is { } rest && rest > TimeSpan.Zero)
                {
                    rests[ticket.Queue] = (
                        time.GetTimestamp(), rest < LongestRest ? rest : LongestRest);
                }

                await ticket.AcknowledgeAsync(halting);
                return null;
        }
    }

    private async Task AcknowledgeAsync(ITicket ticket, CancellationToken cancellationToken)
    {
        try
        {
            await ticket.AcknowledgeAsync(cancellationToken);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // The ticket will come again, to somebody whose claim is refused. The shot is ours.
            log.AcknowledgeFailed(fault, ticket.Queue);
        }
    }

    private async Task PauseAsync(CancellationToken stopping)
    {
        try
        {
            await Task.Delay(Pause, time, stopping);
        }
        catch (OperationCanceledException)
        {
            // A worker that stops gives the ticket back at once.
        }
    }

    private static RenderShot? Read(ITicket ticket)
    {
        if (ticket.Body.Length > LongestTicket)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<RenderShot>(ticket.Body.Span, FarmJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
