namespace RenderFarm.Broker.State;

/// <summary>
/// The store is not where it was: what was read of it, or just written, is not to be believed.
/// </summary>
internal sealed class StoreForgotException(string expected, string found)
    : Exception($"the job store forgot: expected {expected}, found {found}");
