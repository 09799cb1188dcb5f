namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>
/// The end of a simulated world: nothing fails any more, and everything must come to its end within
/// a bounded number of rounds.
/// </summary>
internal sealed class FakeCalm(FakeWorld world)
{
    private const int MostRounds = 60;
    private const int MostSteps = 3000;

    public void Run()
    {
        foreach (var worker in world.Workers)
        {
            worker.IsSilent = false;
        }

        string? open = "nothing was done yet";
        for (var round = 0; round < MostRounds && open is not null; round++)
        {
            var insists = world.Client.Insist();
            foreach (var worker in world.Workers)
            {
                worker.Announce();
            }

            DeliverAll();
            RunLoops(broker => broker.Loops);

            // In a second that has no faults whatever a sweep found is dispatched, sent and taken.
            RunLoops(_ => ["fill", "relay"]);
            RunLoops(_ => ["relay"]);
            open = insists ? "clients wait" : world.Auditor.WhatIsOpen();
            world.Pass(Pause(round));
        }

        if (open is not null)
        {
            throw new BrokenInvariantException($"after {MostRounds} calm rounds {open}");
        }
    }

    private void RunLoops(Func<FakeBroker, IReadOnlyList<string>> loops)
    {
        foreach (var broker in world.Brokers)
        {
            foreach (var loop in loops(broker))
            {
                broker.Run(loop);
                DeliverAll();
            }
        }
    }

    /// <summary>
    /// Long enough for every lease and ticket at first; longer than any clock is wrong at last.
    /// </summary>
    private static TimeSpan Pause(int round) => round switch
    {
        < 10 => TimeSpan.FromSeconds(31),
        < 30 => TimeSpan.FromMinutes(3),
        _ => TimeSpan.FromMinutes(20),
    };

    /// <summary>Messages arrive, workers and stitchers do what they have to do.</summary>
    private void DeliverAll()
    {
        world.Settle();
        for (var step = 0; step < MostSteps; step++)
        {
            var isBusy = false;
            while (world.Bus.Mail.Count > 0)
            {
                FakeActions.TakeMail(world);
                world.Settle();
                isBusy = true;
            }

            if (world.Bus.Orders.Count > 0)
            {
                FakeActions.TakeOrder(world);
                isBusy = true;
            }

            foreach (var worker in world.Workers)
            {
                worker.Step();
                isBusy |= !worker.IsIdle;
            }

            foreach (var stitcher in world.Stitchers)
            {
                stitcher.Step();
                isBusy |= !stitcher.IsIdle;
            }

            world.Settle();
            if (!isBusy && world.Bus.Tickets.Count == 0 && world.Bus.Mail.Count == 0)
            {
                return;
            }
        }

        throw new BrokenInvariantException($"messages go round and round for {MostSteps} steps");
    }
}
