namespace RenderFarm.Broker.State;

/// <summary>What a rule says of an event.</summary>
internal enum Verdict
{
    /// <summary>The state moves on.</summary>
    Applied,

    /// <summary>It had happened already; nothing changes.</summary>
    Repeated,

    /// <summary>It must not happen now; nothing changes, and it is counted.</summary>
    Refused,
}
