namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>What may go wrong in a simulated world; a seed has some of them.</summary>
[Flags]
internal enum Faults
{
    None = 0,

    /// <summary>A Broker dies between any two effects, and another one starts.</summary>
    BrokerCrash = 1,

    /// <summary>A worker dies, and starts again under its name.</summary>
    WorkerCrash = 1 << 1,

    /// <summary>A stitcher dies and forgets its orders.</summary>
    StitcherCrash = 1 << 2,

    /// <summary>A worker stops for a while, and goes on as if nothing had been.</summary>
    Silence = 1 << 3,

    /// <summary>Messages vanish after they were confirmed; answers, too.</summary>
    Loss = 1 << 4,

    /// <summary>Messages come twice.</summary>
    Repeat = 1 << 5,

    /// <summary>Messages overtake each other.</summary>
    Reorder = 1 << 6,

    /// <summary>A call of the job store fails, and nothing happened.</summary>
    StoreTrouble = 1 << 7,

    /// <summary>A call happens, and its caller sees it fail.</summary>
    LostAnswer = 1 << 8,

    /// <summary>A call of the object store fails, happened or not.</summary>
    ObjectTrouble = 1 << 9,

    /// <summary>A Broker's wall clock jumps by up to an hour, either way.</summary>
    ClockJump = 1 << 10,

    /// <summary>The job store is back at an earlier moment.</summary>
    Rollback = 1 << 11,

    /// <summary>The job store is empty; Brokers are started anew.</summary>
    TotalLoss = 1 << 12,

    /// <summary>Attempts fail, for every reason that there is.</summary>
    BadAttempts = 1 << 13,

    /// <summary>Reels cannot be joined now.</summary>
    BadReels = 1 << 14,

    /// <summary>Workers are stopped in good order.</summary>
    HandBack = 1 << 15,

    /// <summary>A client asks once and never again.</summary>
    ClientGone = 1 << 16,

    /// <summary>Clients cancel.</summary>
    Cancel = 1 << 17,

    /// <summary>Owners pause jobs and shots, and let them go on.</summary>
    Pause = 1 << 18,

    All = (1 << 19) - 1,
}
