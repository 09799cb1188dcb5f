using RenderFarm.Diffusion.Model;

namespace RenderFarm.Diffusion.Text;

/// <summary>A package's tokenizer, from whichever files it has.</summary>
internal static class TokenizerFolder
{
    private const long LargestModel = 64L << 20;

    /// <summary>
    /// From tokenizer.json, else spiece.model, else vocab.json and merges.txt.
    /// </summary>
    /// <param name="folder">The package.</param>
    /// <param name="name">The tokenizer's folder in it: tokenizer or tokenizer_2 or _3.</param>
    /// <exception cref="ModelException">It has none, or one that is not known.</exception>
    public static TextTokenizer Read(PackageFolder folder, string name)
    {
        var json = $"{name}/tokenizer.json";
        if (folder.Contains(json))
        {
            using var document = folder.ReadJson(json);
            return TokenizerJson.Read(document.RootElement, json);
        }

        var pieces = $"{name}/spiece.model";
        if (folder.Contains(pieces))
        {
            var path = folder.Find(pieces);
            var length = new FileInfo(path).Length;
            return length <= LargestModel
                ? SentencePieceFile.Read(File.ReadAllBytes(path), pieces)
                : throw new ModelException(
                    $"{pieces}: expected at most {LargestModel} bytes, found {length}.");
        }

        return folder.Contains($"{name}/vocab.json") && folder.Contains($"{name}/merges.txt")
            ? ClipVocabulary.Read(folder, name)
            : throw new ModelException(
                $"{name}: expected tokenizer.json, spiece.model, or vocab.json and merges.txt, "
                + "found none of them.");
    }
}
