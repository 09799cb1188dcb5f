namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>What is done to a farm.</summary>
internal enum FaultKind
{
    /// <summary>kill -9; the process is started again half a second later.</summary>
    Kill,

    /// <summary>SIGSTOP, and SIGCONT later: a zombie that wakes up.</summary>
    Freeze,

    /// <summary>SIGTERM; it hands back, ends, and is started again.</summary>
    Stop,

    /// <summary>The line to one server is reset, and refused for a while.</summary>
    Cut,

    /// <summary>The line to one server lets nothing through for a while.</summary>
    Stall,

    /// <summary>kill -9 of a server, started again a while later.</summary>
    KillServer,

    /// <summary>RabbitMQ ends every connection.</summary>
    CloseConnections,

    /// <summary>The tickets are gone.</summary>
    PurgeTickets,

    /// <summary>The tickets are gone, and their queue with them.</summary>
    DeleteTickets,
}
