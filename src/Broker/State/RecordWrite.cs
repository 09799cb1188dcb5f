namespace RenderFarm.Broker.State;

/// <summary>A record to be written.</summary>
/// <param name="Key">Its name, from <see cref="RecordKeys"/>.</param>
/// <param name="ExpectedVersion">
/// The version that it was read with, 0 when there must be none, <see cref="AnyVersion"/> when it
/// does not matter.
/// </param>
/// <param name="Json">Its text, or null to delete it.</param>
internal sealed record RecordWrite(string Key, long ExpectedVersion, string? Json)
{
    /// <summary>Last writer wins.</summary>
    public const long AnyVersion = -1;
}
