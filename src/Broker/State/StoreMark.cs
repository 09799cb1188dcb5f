namespace RenderFarm.Broker.State;

/// <summary>Which life of the store this is, and how far it has come.</summary>
/// <param name="EpochId">A random name, new whenever states were lost; empty for none.</param>
/// <param name="EpochNumber">Which epoch, from 1; 0 for none.</param>
/// <param name="IsReady">False while the epoch's states are being rebuilt.</param>
/// <param name="CommitCount">Commits in this epoch: only a loss makes it go down.</param>
internal sealed record StoreMark(
    string EpochId, int EpochNumber, bool IsReady, long CommitCount)
{
    /// <summary>A store that nobody began.</summary>
    public static readonly StoreMark None = new("", 0, false, 0);
}
