namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>
/// Everything that happens in a simulated world by itself. What a process asked for happens
/// besides.
/// </summary>
internal static class FakeActions
{
    /// <summary>The table: one more thing that can happen is one more line.</summary>
    public static readonly FakeAction[] All =
    [
        new("mail", 30, Faults.None, w => w.Bus.Mail.Count > 0, w => TakeMail(w)),
        new("loop", 22, Faults.None, _ => true, RunLoop),
        new("worker", 34, Faults.None, _ => true, StepWorker),
        new("announce", 4, Faults.None, _ => true, Announce),
        new("order", 8, Faults.None, w => w.Bus.Orders.Count > 0, w => TakeOrder(w)),
        new("stitcher", 10, Faults.None, w => w.Stitchers.Any(s => !s.IsIdle), StepStitcher),
        new("client", 5, Faults.None, _ => true, w => w.Client.Step()),
        new("time", 8, Faults.None, _ => true, w => w.Pass(TimeSpan.FromSeconds(w.Next(25)))),
        new("Broker dies", 1, Faults.BrokerCrash, _ => true, w => w.Replace(w.Next(2))),
        new("worker dies", 1, Faults.WorkerCrash, _ => true, w => Pick(w, w.Workers).Crash()),
        new("worker stops", 1, Faults.HandBack, _ => true, w => Pick(w, w.Workers).Restart()),
        new("stitcher dies", 1, Faults.StitcherCrash, _ => true, w => Pick(w, w.Stitchers).Crash()),
        new("silence", 2, Faults.Silence, _ => true, w => Pick(w, w.Workers).IsSilent = true),
        new("wakes", 3, Faults.Silence, _ => true, w => Pick(w, w.Workers).IsSilent = false),
        new("clock", 1, Faults.ClockJump, _ => true, MoveClock),
        new("rollback", 1, Faults.Rollback, w => w.CanLoseMemory, w => PutBack(w, w.Next(60))),
        new("total loss", 1, Faults.TotalLoss, w => w.CanLoseMemory, w => PutBack(w, null)),
    ];

    /// <summary>A Broker takes a message; any one of those that live.</summary>
    public static void TakeMail(FakeWorld world) =>
        Pick(world, world.Brokers).Take(world.Bus.Take(world.Bus.Mail));

    /// <summary>A stitcher takes an order.</summary>
    public static void TakeOrder(FakeWorld world) =>
        Pick(world, world.Stitchers).Take(world.Bus.Take(world.Bus.Orders));

    private static void RunLoop(FakeWorld world)
    {
        var broker = Pick(world, world.Brokers);
        broker.Run(Pick(world, broker.Loops));
    }

    private static void StepWorker(FakeWorld world)
    {
        var worker = Pick(world, world.Workers);
        if (!worker.IsSilent)
        {
            worker.Step();
        }
    }

    private static void Announce(FakeWorld world)
    {
        var worker = Pick(world, world.Workers);
        if (!worker.IsSilent)
        {
            worker.Announce();
        }
    }

    private static void StepStitcher(FakeWorld world) =>
        Pick(world, [.. world.Stitchers.Where(s => !s.IsIdle)]).Step();

    private static void MoveClock(FakeWorld world) =>
        Pick(world, world.Brokers).Clock.Skew = TimeSpan.FromSeconds(world.Next(7200) - 3600);

    /// <summary>The store forgets its last changes, or everything; Brokers start anew.</summary>
    private static void PutBack(FakeWorld world, int? changes)
    {
        world.CanLoseMemory = false;
        world.Store.Rollback(changes is { } some ? Math.Max(0, world.Store.Age - some) : 0);
        world.Replace(0);
        world.Replace(1);
    }

    private static T Pick<T>(FakeWorld world, IReadOnlyList<T> of) => of[world.Next(of.Count)];
}
