using RenderFarm.Broker.Dispatch;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>
/// A worker as a small state machine with the protocol of the real one: take one ticket, claim,
/// acknowledge, render, put the clip under the attempt's own name, write the record if there is
/// none, report what the record says.
/// </summary>
internal sealed class FakeWorker(FakeWorld world, string id, IReadOnlyList<string> queues)
{
    private readonly List<FakeAttempt> attempts = [];
    private (string Queue, RenderShot Shot)? ticket;
    private FakeQuestion? claim;

    public string Id => id;

    /// <summary>It takes no step until it is woken, and then does not know that it slept.</summary>
    public bool IsSilent { get; set; }

    public bool IsIdle => ticket is null && attempts.Count == 0;

    /// <summary>In every third world workers are unlike: some have more memory.</summary>
    private bool IsOfMany => world.Setup.Seed % 3 == 0;

    /// <summary>Takes one step.</summary>
    public void Step()
    {
        var choice = world.Next(attempts.Count + 1);
        if (choice < attempts.Count)
        {
            Step(attempts[choice]);
        }
        else if (ticket is not null)
        {
            HearClaim();
        }
        else if (attempts.Count < 2 && attempts.All(a => a.IsFinishing))
        {
            TakeTicket();
        }
    }

    /// <summary>Says that it is there.</summary>
    public void Announce(bool leaving = false) =>
        world.Bus.Send(new FakeMail(new WorkerAnnounced
        {
            WorkerId = id,
            Queues = queues,
            Busy = attempts.Count > 0,
            Leaving = leaving,
            Gpu = IsOfMany ? $"gpu-{queues.Count}" : null,
            GpuMemoryBytes = IsOfMany ? (queues.Count == 1 ? 80L : 24L) << 30 : null,
        }));

    /// <summary>It dies and starts again; RabbitMQ takes back what it held.</summary>
    public void Crash()
    {
        world.Trace($"{id} dies");
        ReturnTicket();
        attempts.Clear();
        IsSilent = false;
    }

    /// <summary>It is stopped in good order and started again.</summary>
    public void Restart()
    {
        world.Trace($"{id} hands back {attempts.Count} attempts");
        foreach (var attempt in attempts)
        {
            attempt.HandBack();
        }

        attempts.Clear();
        ReturnTicket();
        Announce(leaving: true);
    }

    private void TakeTicket()
    {
        var mine = world.Bus.Tickets.FindIndex(t => queues.Contains(t.Queue));
        if (mine < 0)
        {
            return;
        }

        if (world.Has(Faults.Reorder))
        {
            mine = world.Bus.Tickets.FindLastIndex(t => queues.Contains(t.Queue));
        }

        ticket = world.Bus.Tickets[mine];
        world.Bus.Tickets.RemoveAt(mine);
        var shot = ticket.Value.Shot;
        world.Trace($"{id} claims {shot.JobId}/{shot.ShotIndex}");
        claim = FakeQuestion.Ask(world, new ClaimShot
        {
            JobId = shot.JobId,
            ShotIndex = shot.ShotIndex,
            DispatchId = shot.DispatchId,
            AttemptId = world.NextAttemptId(),
            WorkerId = id,
        });
    }

    private void HearClaim()
    {
        if (claim!.Answer is ClaimReply reply)
        {
            if (reply.Claimed is { } granted)
            {
                attempts.Add(new FakeAttempt(world, id, ticket!.Value.Shot, granted));
                world.Trace($"{id} has {granted.ShotId} as {granted.AttemptId}");
            }

            if (world.Hits(Faults.Repeat, 50))
            {
                // The acknowledgement is lost, and the ticket comes again.
                ReturnTicket();
            }

            ticket = null;
        }
        else if (claim.IsHopeless())
        {
            world.Trace($"{id} hears nothing and returns its ticket");
            ReturnTicket();
        }
    }

    private void Step(FakeAttempt attempt)
    {
        attempt.Step();
        if (attempt.EndsProcess)
        {
            Crash();
        }
        else if (attempt.HasEnded)
        {
            attempts.Remove(attempt);
        }
    }

    private void ReturnTicket()
    {
        if (ticket is { } held)
        {
            world.Bus.Tickets.Insert(0, held);
            ticket = null;
        }
    }
}
