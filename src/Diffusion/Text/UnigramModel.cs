using System.Text;

namespace RenderFarm.Diffusion.Text;

/// <summary>
/// The likeliest split into tokens, https://arxiv.org/abs/1804.10959: Viterbi's way through the
/// piece, where a letter that no token covers costs ten more than the least likely token.
/// </summary>
internal sealed class UnigramModel : TokenModel
{
    private const double UnknownPenalty = 10;

    private readonly Dictionary<string, (int Id, double Score)> tokens = [];
    private readonly Dictionary<string, int> ids = [];
    private readonly int unknownId;
    private readonly double unknownScore;
    private readonly bool fallsBackToBytes;
    private readonly bool isSingle;
    private readonly int longest;

    /// <param name="vocabulary">Tokens and scores, in the order of their ids.</param>
    /// <param name="unknownId">Of what no token covers.</param>
    /// <param name="fallsBackToBytes">That is spelt by its bytes instead.</param>
    /// <param name="isSingle">
    /// Sums are kept in single precision, as SentencePiece does and Hugging Face's tokenizers do
    /// not: it decides between ways that are equally likely.
    /// </param>
    public UnigramModel(
        IReadOnlyList<UnigramToken> vocabulary,
        int unknownId,
        bool fallsBackToBytes,
        bool isSingle)
    {
        (this.unknownId, this.fallsBackToBytes, this.isSingle) =
            (unknownId, fallsBackToBytes, isSingle);
        double[] ordinary =
            [.. vocabulary.Where(token => token.IsOrdinary).Select(token => token.Score)];
        var (least, most) = (ordinary.Min(), ordinary.Max());
        unknownScore = least - UnknownPenalty;
        for (var id = 0; id < vocabulary.Count; id++)
        {
            var token = vocabulary[id];
            ids[token.Text] = id;
            if (token.IsMatched && token.Text.Length > 0)
            {
                var length = Encoding.UTF8.GetByteCount(token.Text);
                tokens[token.Text] =
                    (id, token.IsUserDefined ? (length * most) - 0.1 : token.Score);
                longest = Math.Max(longest, token.Text.Length);
            }
        }
    }

    public override int? IdOf(string token) => ids.TryGetValue(token, out var id) ? id : null;

    public override void Encode(string piece, List<int> ids)
    {
        var best = Ways(piece);
        List<(int Start, int End, int Id)> path = [];
        for (var end = piece.Length; end > 0; end = best[end].Start)
        {
            path.Add((best[end].Start, end, best[end].Id));
        }

        path.Reverse();
        for (var i = 0; i < path.Count; i++)
        {
            if (path[i].Id != unknownId)
            {
                ids.Add(path[i].Id);
                continue;
            }

            // What is unknown side by side is one.
            var start = path[i].Start;
            while (i + 1 < path.Count && path[i + 1].Id == unknownId)
            {
                i++;
            }

            AddUnknown(piece[start..path[i].End], ids);
        }
    }

    private (int Start, int Id, double Score)[] Ways(string piece)
    {
        var best = new (int Start, int Id, double Score)[piece.Length + 1];
        Array.Fill(best, (-1, unknownId, double.NegativeInfinity));
        best[0] = (0, unknownId, 0);
        var lookup = tokens.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var start = 0; start < piece.Length;)
        {
            var letter = char.IsSurrogatePair(piece, start) ? 2 : 1;
            var (here, hasLetter) = (best[start].Score, false);
            for (var end = start + 1; end <= Math.Min(piece.Length, start + longest); end++)
            {
                if (lookup.TryGetValue(piece.AsSpan(start, end - start), out var token))
                {
                    hasLetter |= end == start + letter;
                    Offer(end, token.Id, here + token.Score);
                }
            }

            if (!hasLetter)
            {
                var unknown = here + unknownScore;
                Offer(start + letter, unknownId, isSingle ? (float)unknown : unknown);
            }

            start += letter;

            void Offer(int end, int id, double score)
            {
                if (best[end].Start < 0 || score > best[end].Score)
                {
                    best[end] = (start, id, isSingle ? (float)score : score);
                }
            }
        }

        return best;
    }

    private void AddUnknown(string text, List<int> ids)
    {
        int?[] bytes = fallsBackToBytes ? [.. ByteNames(text).Select(IdOf)] : [];
        if (bytes.Length > 0 && bytes.All(id => id is not null))
        {
            ids.AddRange(bytes.Select(id => id!.Value));
        }
        else
        {
            ids.Add(unknownId);
        }
    }
}
