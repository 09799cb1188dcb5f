using System.Text.Json;
using RenderFarm.Diffusion.Model;

namespace RenderFarm.Diffusion.Text;

/// <summary>
/// CLIP's tokenizer from vocab.json and merges.txt, as Hugging Face's CLIPTokenizerFast makes it
/// of these files: https://arxiv.org/abs/2103.00020, section 2.4.
/// </summary>
internal static class ClipVocabulary
{
    private const string Words =
        @"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";

    private const string Suffix = "</w>";
    private const string Start = "<|startoftext|>";
    private const string End = "<|endoftext|>";
    private const int UsualLength = 77;

    /// <param name="folder">The package.</param>
    /// <param name="name">The tokenizer's folder in it.</param>
    public static TextTokenizer Read(PackageFolder folder, string name)
    {
        using var vocabularyFile = folder.ReadJson($"{name}/vocab.json");
        var vocabulary = TokenizerJson.Vocabulary(vocabularyFile.RootElement);
        var model = new BpeModel
        {
            Vocabulary = vocabulary,
            MergeRanks = TokenizerJson.Ranks(Merges(folder.ReadText($"{name}/merges.txt"))),
            Unknown = End,
            EndSuffix = Suffix,
        };
        var padding = Configured(folder, name, "pad_token") ?? End;
        AddedToken[] added =
        [
            .. new[] { Start, End, padding }.Distinct().Select(token => new AddedToken(
                token, IdOf(token), false, false, false, IsNormalized: token == Start)),
        ];
        var words = new RunePattern(Words);
        return new TextTokenizer(added, Normalize)
        {
            Model = model,
            SplitWords = piece => words.Split(piece.Text).Where(part => part.IsMatch)
                .Select(part => new TextPiece(ByteAlphabet.Spell(part.Text), false)),
            FirstIds = [IdOf(Start)],
            LastIds = [IdOf(End)],
            PaddingId = IdOf(padding),
            Length = UsualLength,
        };

        int IdOf(string token) => vocabulary.TryGetValue(token, out var id)
            ? id
            : throw new ModelException($"{name}/vocab.json: lacks {token}.");
    }

    private static string Normalize(string text) =>
        TextNormalizer.Lower(TextNormalizer.CollapseSpace(TextNormalizer.Compose(text)));

    private static IEnumerable<(string Left, string Right)> Merges(string text) =>
        text.Split('\n')
            .Where(line => !line.StartsWith("#version", StringComparison.Ordinal))
            .Select(line => line.TrimEnd('\r').Split(' '))
            .Where(parts => parts.Length == 2)
            .Select(parts => (parts[0], parts[1]));

    // A token is a text in some files, an object with its content in others.
    private static string? Configured(PackageFolder folder, string name, string key)
    {
        foreach (var file in new[] { "special_tokens_map.json", "tokenizer_config.json" })
        {
            if (!folder.Contains($"{name}/{file}"))
            {
                continue;
            }

            using var document = folder.ReadJson($"{name}/{file}");
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty(key, out var token))
            {
                continue;
            }

            if (token.ValueKind == JsonValueKind.Object)
            {
                token = token.GetProperty("content");
            }

            if (token.ValueKind == JsonValueKind.String)
            {
                return token.GetString();
            }
        }

        return null;
    }
}
