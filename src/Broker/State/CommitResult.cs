namespace RenderFarm.Broker.State;

/// <summary>What became of a <see cref="Commit"/>.</summary>
internal enum CommitResult
{
    /// <summary>All of it is kept.</summary>
    Committed = 0,

    /// <summary>Nothing is kept: somebody changed a record since it was read.</summary>
    Conflict = 1,

    /// <summary>Nothing is kept: the limit is reached.</summary>
    Full = 2,
}
