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

    /// <summary>
    /// Of tokenizer.json alone: byte-level BPE and the length in that file; what looks like a
    /// special token is text.
    /// </summary>
    /// <exception cref="ModelException">
    /// There is no such file, or it lacks a byte or the length.
    /// </exception>
    public static PromptTokenizer OpenPlain(PackageFolder files, string folder)
    {
        var file = $"{folder}/tokenizer.json";
        using var document = files.ReadJson(file);
        var tokenizer = TokenizerJson.Read(document.RootElement, file, findsAdded: false);
        var missing = ByteAlphabet.Letters.FirstOrDefault(
            letter => tokenizer.Model.IdOf($"{letter}") is null);
        return missing != default
            ? throw new ModelException($"{folder}: expected every byte, found none for {missing}.")
            : new PromptTokenizer(
                tokenizer,
                tokenizer.Length ?? throw new ModelException(
                    $"{folder}: expected a length to truncate to, found none."));
    }

    public TokenIds Encode(string text) => tokenizer.Encode(text, length);
}
