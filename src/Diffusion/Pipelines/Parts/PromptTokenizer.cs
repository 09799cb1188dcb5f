using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Text;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>A prompt to as many ids as one of a package's text encoders takes.</summary>
/// <param name="tokenizer">What the encoder was trained with.</param>
/// <param name="length">How many ids every prompt has, padding included.</param>
internal sealed class PromptTokenizer(TextTokenizer tokenizer, int length)
{
    /// <summary>How many ids every prompt has, padding included.</summary>
    public int Length => length;

    /// <exception cref="ModelException">The package has no tokenizer that is known.</exception>
    public static PromptTokenizer Open(PackageFolder files, string folder, int length) =>
        new(TokenizerFolder.Read(files, folder), length);

    public TokenIds Encode(string text) => tokenizer.Encode(text, length);
}
