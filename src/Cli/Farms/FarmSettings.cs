namespace RenderFarm.Cli.Farms;

/// <summary>The settings of a local farm, as <c>servers.env</c> in its folder holds them.</summary>
internal static class FarmSettings
{
    /// <summary>The file's name.</summary>
    public const string FileName = "servers.env";

    /// <summary>Reads KEY=VALUE lines; an absent file has none.</summary>
    public static IReadOnlyDictionary<string, string> Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        return File.Exists(path)
            ? File.ReadLines(path)
                .Select(line => line.Split('=', 2))
                .Where(parts => parts.Length == 2 && !parts[0].StartsWith('#'))
                .ToDictionary(parts => parts[0].Trim(), parts => parts[1].Trim())
            : new Dictionary<string, string>();
    }

    /// <summary>The same as configuration keys: <c>Bus__Url</c> is <c>Bus:Url</c>.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> AsConfiguration(string folder) =>
        Read(folder).Select(pair => new KeyValuePair<string, string?>(
            pair.Key.Replace("__", ":", StringComparison.Ordinal), pair.Value));
}
