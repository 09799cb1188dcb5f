namespace RenderFarm.Diffusion.Text;

/// <summary>What makes ids of one piece of prepared text.</summary>
internal abstract class TokenModel
{
    /// <summary>Adds the ids of a piece.</summary>
    public abstract void Encode(string piece, List<int> ids);

    /// <summary>The id of a token, or null.</summary>
    public abstract int? IdOf(string token);

    /// <summary>The names of a text's bytes, for vocabularies that have all 256.</summary>
    private protected static IEnumerable<string> ByteNames(string text) =>
        System.Text.Encoding.UTF8.GetBytes(text).Select(value => $"<0x{value:X2}>");
}
