namespace RenderFarm.Broker.Jobs;

/// <summary>How a submitted storyboard names an image or sound: <c>inputs/SHA256</c>.</summary>
internal static class InputName
{
    private const string Prefix = "inputs/";
    private const int DigestLength = 64;

    public static string Of(string sha256) => Prefix + sha256;

    /// <summary>The digest, or null when the text is no such name.</summary>
    public static string? Sha256Of(string name)
    {
        var digest = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : "";
        return digest.Length == DigestLength && digest.All(char.IsAsciiHexDigitLower)
            ? digest
            : null;
    }
}
