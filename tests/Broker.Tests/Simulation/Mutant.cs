namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>One safeguard less: proof that the simulation sees what it looks for.</summary>
internal enum Mutant
{
    None,

    /// <summary>The Broker believes a worker's word without the record in the store.</summary>
    AcceptWithoutRecord,

    /// <summary>Commits do not compare versions.</summary>
    UncheckedCommit,

    /// <summary>Commits do not look at records that they only rely on.</summary>
    UncheckedGuard,

    /// <summary>Commits do not look at how full a queue is.</summary>
    UncheckedLimit,

    /// <summary>The object store's conditional write writes unconditionally.</summary>
    UnconditionalWrite,

    /// <summary>Silent workers keep their leases.</summary>
    NoLeaseSweep,

    /// <summary>Lost tickets stay lost.</summary>
    NoTicketSweep,

    /// <summary>Delayed shots stay delayed.</summary>
    NoDelaySweep,

    /// <summary>Jobs that stand still stand still.</summary>
    NoJobSweep,

    /// <summary>Nobody looks for specs without a job.</summary>
    NoSpecSweep,

    /// <summary>The outbox forgets rows when they are read, not when they are sent.</summary>
    DeleteBeforeSend,

    /// <summary>States are kept without their messages now and then.</summary>
    StateWithoutRows,

    /// <summary>A cancel is confirmed and forgotten.</summary>
    CancelForgotten,

    /// <summary>The records of a job's cancel and end are never read again.</summary>
    EndRecordsUnread,
}
