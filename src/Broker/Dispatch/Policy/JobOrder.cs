namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>
/// The order of a tenant's jobs: closest to done first, with age. Age counts as work done, at a
/// fixed rate, so the order between two jobs does not depend on the moment and can be kept. Pure.
/// </summary>
internal static class JobOrder
{
    private static readonly DateTimeOffset Origin = DateTimeOffset.UnixEpoch.AddYears(50);

    /// <summary>A job's place; lower is first.</summary>
    public static double Of(double leftSeconds, DateTimeOffset acceptedAt) =>
        leftSeconds + (PolicySettings.AgeWeight * (acceptedAt - Origin).TotalSeconds);

    /// <summary>
    /// Compares two shots of a job: first the one that the longest chain waits for, then film
    /// order.
    /// </summary>
    public static int Compare(ReadyShot one, ReadyShot other) =>
        one.ChainCost != other.ChainCost
            ? other.ChainCost.CompareTo(one.ChainCost)
            : one.ShotIndex.CompareTo(other.ShotIndex);
}
