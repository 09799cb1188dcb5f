using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>
/// Workers that render nothing, on a bus that loses, doubles and reorders, driven by one seed. A
/// message on its way is a step that is yet to be taken.
/// </summary>
internal sealed class FakeChaos(TestBroker broker, Random random)
{
    private readonly List<Func<Task>> onTheWay = [];
    private int seenTickets;
    private int lastAttempt;

    /// <summary>Takes one step of those that are possible.</summary>
    public async Task StepAsync()
    {
        switch (random.Next(10))
        {
            case 0:
                await broker.PumpAsync();
                break;
            case 1:
                broker.Time.Advance(TimeSpan.FromSeconds(random.Next(40)));
                break;
            case 2:
                await broker.AnnounceAsync($"worker-{random.Next(3)}", random.Next(2) == 0);
                break;
            case 3:
                await SweepAsync();
                break;
            default:
                await DeliverAsync();
                break;
        }

        TakeTickets(lossInPercent: 15);
    }

    /// <summary>Ends all faults and lets the job come to its end.</summary>
    public async Task FinishAsync()
    {
        for (var round = 0; round < 200; round++)
        {
            await broker.PumpAsync();
            foreach (var ticket in broker.Tickets().Skip(seenTickets).ToList())
            {
                seenTickets++;
                await RenderAsync(ticket);
            }

            if ((await broker.JobAsync("job-1")).Status != JobStatus.Rendering)
            {
                await broker.RelayAsync();
                return;
            }

            broker.Time.Advance(TimeSpan.FromSeconds(70));
            await broker.AnnounceAsync("worker-0");
            await SweepAsync();
        }
    }

    private async Task SweepAsync()
    {
        foreach (var name in (string[])["delays", "leases", "tickets", "jobs"])
        {
            await broker.Sweep(name).SweepAsync(default);
        }
    }

    /// <summary>Any message may be next, may be lost, and may come again.</summary>
    private async Task DeliverAsync()
    {
        if (onTheWay.Count == 0)
        {
            return;
        }

        var index = random.Next(onTheWay.Count);
        var message = onTheWay[index];
        if (random.Next(100) >= 15)
        {
            onTheWay.RemoveAt(index);
        }

        if (random.Next(100) >= 10)
        {
            await message();
        }
    }

    private void TakeTickets(int lossInPercent)
    {
        foreach (var ticket in broker.Tickets().Skip(seenTickets).ToList())
        {
            seenTickets++;
            if (random.Next(100) >= lossInPercent)
            {
                Send(() => ClaimAsync(ticket));
            }
        }
    }

    private async Task ClaimAsync(RenderShot ticket)
    {
        var attemptId = $"attempt-{++lastAttempt}";
        var workerId = $"worker-{random.Next(3)}";
        var reply = await broker.ClaimAsync(ticket, attemptId, workerId);
        if (reply.Claimed is null)
        {
            return;
        }

        switch (random.Next(10))
        {
            case 0:
                // It dies before it says anything.
                break;
            case 1:
                Send(() => broker.FailAsync(
                    ticket, attemptId, RenderError.Unexpected, workerId));
                break;
            case 2:
                Send(() => HandBackAsync(ticket, attemptId, workerId));
                break;
            case 3:
                // It commits, and dies before it says so.
                Send(async () =>
                    await broker.AcceptClipAsync(ticket.JobId, ticket.ShotIndex, attemptId));
                break;
            default:
                Send(async () => await broker.RenewAsync(ticket, attemptId));
                Send(() => broker.CommitAsync(ticket.JobId, ticket.ShotIndex, attemptId));
                break;
        }
    }

    private Task HandBackAsync(RenderShot ticket, string attemptId, string workerId) =>
        broker.Desk.HandedBackAsync(
            new AttemptHandedBack
            {
                JobId = ticket.JobId,
                ShotIndex = ticket.ShotIndex,
                AttemptId = attemptId,
                WorkerId = workerId,
            },
            default);

    private async Task RenderAsync(RenderShot ticket)
    {
        var attemptId = $"attempt-{++lastAttempt}";
        var reply = await broker.ClaimAsync(ticket, attemptId, "worker-0");
        if (reply.Claimed is not null)
        {
            await broker.CommitAsync(ticket.JobId, ticket.ShotIndex, attemptId);
        }
    }

    private void Send(Func<Task> message) => onTheWay.Add(message);
}
