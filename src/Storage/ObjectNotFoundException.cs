namespace RenderFarm.Storage;

/// <summary>No object of that name exists.</summary>
public sealed class ObjectNotFoundException(string key)
    : IOException($"there is no object '{key}' in the store")
{
    /// <summary>The name that was asked for.</summary>
    public string Key { get; } = key;
}
