namespace RenderFarm.Broker.State;

/// <summary>Whether a worker is the one for the shot that it claims.</summary>
internal enum WorkerFit
{
    /// <summary>It is, or nothing is known that speaks against it.</summary>
    Right,

    /// <summary>A faster one is free, or soon will be, and would be done sooner.</summary>
    Slow,

    /// <summary>Its memory does not suffice, and another live worker's does.</summary>
    Small,
}
