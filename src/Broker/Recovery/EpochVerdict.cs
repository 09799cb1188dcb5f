namespace RenderFarm.Broker.Recovery;

/// <summary>Whether a job store is the one that it was.</summary>
internal enum EpochVerdict
{
    /// <summary>It is where it was.</summary>
    Sound = 0,

    /// <summary>
    /// There never was an epoch: a new farm, or one from before there were epochs.
    /// </summary>
    First,

    /// <summary>It is sound, and the object store does not know its epoch yet.</summary>
    Unwritten,

    /// <summary>It lost everything.</summary>
    Empty,

    /// <summary>It came back as it was some time ago.</summary>
    Older,

    /// <summary>It is another farm's, or from a time that nobody remembers.</summary>
    Foreign,
}
