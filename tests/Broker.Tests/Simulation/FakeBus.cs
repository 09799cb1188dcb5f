using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>
/// RabbitMQ of a simulated world: what is confirmed may be lost all the same, come twice, and
/// overtake; what a dead process held comes again.
/// </summary>
internal sealed class FakeBus(FakeWorld world)
{
    private const int MostTries = 4;

    /// <summary>What waits for a Broker.</summary>
    public List<FakeMail> Mail { get; } = [];

    /// <summary>What waits for a stitcher.</summary>
    public List<StitchReel> Orders { get; } = [];

    /// <summary>What waits for a worker, by queue.</summary>
    public List<(string Queue, RenderShot Ticket)> Tickets { get; } = [];

    public void Send(FakeMail mail) => Arrive(Mail, mail);

    public bool SendTicket(string queue, string messageId, ReadOnlyMemory<byte> body)
    {
        world.Auditor.Sent(messageId);
        var ticket = JsonSerializer.Deserialize<RenderShot>(body.Span, FarmJson.Options)!;
        Arrive(Tickets, (queue, ticket));
        return true;
    }

    public bool SendEvent(string address, string messageId, ReadOnlyMemory<byte> body)
    {
        world.Auditor.Sent(messageId);
        world.Auditor.Told(address, body);
        return true;
    }

    public bool SendOrder(StitchReel order)
    {
        world.Auditor.Ordered(order);
        Arrive(Orders, order);
        return true;
    }

    /// <summary>Takes the next one of a kind, or any one where messages overtake.</summary>
    public T Take<T>(List<T> waiting)
    {
        var index = world.Has(Faults.Reorder) ? world.Next(waiting.Count) : 0;
        var taken = waiting[index];
        waiting.RemoveAt(index);
        return taken;
    }

    /// <summary>A Broker could not do what a message asks for; it is tried a few times.</summary>
    public void GiveBack(FakeMail mail)
    {
        if (++mail.FailureCount < MostTries)
        {
            Mail.Insert(0, mail);
        }
    }

    private void Arrive<T>(List<T> waiting, T message)
    {
        if (world.Hits(Faults.Loss, 40))
        {
            world.Trace("the bus loses a message");
            return;
        }

        waiting.Add(message);
        if (world.Hits(Faults.Repeat, 60))
        {
            world.Trace("the bus repeats a message");
            waiting.Add(message);
        }
    }
}
