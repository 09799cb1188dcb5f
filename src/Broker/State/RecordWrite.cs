namespace RenderFarm.Broker.State;

/// <summary>A record to be written.</summary>
/// <param name="Key">Its name, from <see cref="RecordKeys"/>.</param>
/// <param name="ExpectedVersion">
/// The version that it was read with, 0 when there must be none, <see cref="AnyVersion"/> when it
/// does not matter.
/// </param>
/// <param name="Json">Its text, null to delete it, or <see cref="Same"/>.</param>
internal sealed record RecordWrite(string Key, long ExpectedVersion, string? Json)
{
    /// <summary>Last writer wins.</summary>
    public const long AnyVersion = -1;

    /// <summary>No text of a record: it stays as it is, and only its version counts.</summary>
    public const string Same = "=";

    /// <summary>
    /// A record that a commit relies on and does not change: nothing is kept when somebody changed
    /// it since it was read.
    /// </summary>
    public static RecordWrite Guard(string key, long version) => new(key, version, Same);
}
