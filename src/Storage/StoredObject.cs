namespace RenderFarm.Storage;

/// <summary>What is known of an object without reading it.</summary>
/// <param name="Key">Its name.</param>
/// <param name="ByteCount">Its size in bytes.</param>
/// <param name="ModifiedAt">When it was written.</param>
public sealed record StoredObject(string Key, long ByteCount, DateTimeOffset ModifiedAt);
