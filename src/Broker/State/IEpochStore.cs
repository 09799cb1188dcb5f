namespace RenderFarm.Broker.State;

/// <summary>
/// The epochs of a store that outlives this process, and can lose what it was told.
/// </summary>
internal interface IEpochStore
{
    /// <summary>What this process goes by; every load and commit is checked against it.</summary>
    StoreTrust Trust { get; }

    /// <summary>Reads where the store stands.</summary>
    Task<StoreMark> ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Begins an epoch unless somebody else did since <paramref name="fromEpochId"/> was read.
    /// </summary>
    /// <param name="fromEpochId">The epoch that ends; empty for none.</param>
    /// <param name="epoch">The one that begins; with no commits.</param>
    /// <param name="wipe">True when what the store holds is not to be believed: it goes.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<bool> TryBeginAsync(
        string fromEpochId, StoreMark epoch, bool wipe, CancellationToken cancellationToken);

    /// <summary>Says that the epoch's states are all there.</summary>
    Task FinishAsync(string epochId, CancellationToken cancellationToken);
}
