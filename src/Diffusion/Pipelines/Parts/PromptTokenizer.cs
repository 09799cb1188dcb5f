using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx.Graphs;
using RenderFarm.Diffusion.Text;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>A prompt to ids, as one of a package's text encoders was trained with.</summary>
internal sealed class PromptTokenizer(int length, Func<string, TokenIds> encode)
{
    /// <summary>How many ids every prompt has, padding included.</summary>
    public int Length => length;

    /// <exception cref="ModelException">The package has no tokenizer that is known.</exception>
    public static PromptTokenizer Open(PackageFolder files, string folder, int length)
    {
        using var config = new ConfigFile(files, $"{folder}/tokenizer_config.json");
        if (files.Contains($"{folder}/vocab.json"))
        {
            using var vocabulary = files.ReadJson($"{folder}/vocab.json");
            var ids = vocabulary.RootElement.EnumerateObject()
                .ToDictionary(pair => pair.Name, pair => pair.Value.GetInt32());
            var merges = files.ReadText($"{folder}/merges.txt").Split('\n')
                .Where(line => line.Length > 0 && line[0] != '#').ToList();
            var pad = ids[config.Text("pad_token")];
            return new PromptTokenizer(length, text => Clip(text, ids, merges, pad, length));
        }

        var pieces = ReadPieces(files.Find($"{folder}/spiece.model"));
        return new PromptTokenizer(length, text => Unigram(text, pieces, length));
    }

    public TokenIds Encode(string text) => encode(text);

    private static TokenIds Clip(
        string text, Dictionary<string, int> ids, List<string> merges, int pad, int length)
    {
        List<int> result = [ids["<|startoftext|>"]];
        foreach (var word in text.ToLowerInvariant().Split(
            ' ', StringSplitOptions.RemoveEmptyEntries))
        {
            List<string> parts = [.. word.Select(letter => letter.ToString())];
            parts[^1] += "</w>";
            foreach (var merge in merges)
            {
                var pair = merge.Split(' ');
                for (var i = 0; i < parts.Count - 1; i++)
                {
                    if (parts[i] == pair[0] && parts[i + 1] == pair[1])
                    {
                        parts[i] = pair[0] + pair[1];
                        parts.RemoveAt(i + 1);
                    }
                }
            }

            result.AddRange(parts.Select(part => ids[part]));
        }

        result = [.. result.Take(length - 1), ids["<|endoftext|>"]];
        var count = result.Count;
        return new TokenIds([.. result, .. Enumerable.Repeat(pad, length - count)], count);
    }

    private static TokenIds Unigram(
        string text, List<(string Piece, float Score, long Kind)> pieces, int length)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        text = string.Concat(words.Select(word => "▁" + word));
        var best = new (double Score, int Piece, int From)[text.Length + 1];
        for (var end = 1; end <= text.Length; end++)
        {
            best[end] = (double.NegativeInfinity, -1, 0);
            for (var i = 0; i < pieces.Count; i++)
            {
                var from = end - pieces[i].Piece.Length;
                if (pieces[i].Kind != 1 || from < 0 || string.CompareOrdinal(
                    text, from, pieces[i].Piece, 0, pieces[i].Piece.Length) != 0)
                {
                    continue;
                }

                var score = best[from].Score + pieces[i].Score;
                best[end] = score > best[end].Score ? (score, i, from) : best[end];
            }
        }

        List<int> ids = [];
        for (var at = text.Length; at > 0; at = best[at].From)
        {
            ids.Insert(0, best[at].Piece);
        }

        ids = [.. ids.Take(length - 1), 1];
        var count = ids.Count;
        return new TokenIds([.. ids, .. Enumerable.Repeat(0, length - count)], count);
    }

    private static List<(string Piece, float Score, long Kind)> ReadPieces(string path)
    {
        using var stream = File.OpenRead(path);
        var model = new ProtoReader(stream);
        List<(string, float, long)> pieces = [];
        while (model.Read())
        {
            if (model.Field != 1)
            {
                continue;
            }

            var inner = model.Message();
            var (piece, score, kind) = ("", 0f, 1L);
            while (inner.Read())
            {
                if (inner.Field == 1)
                {
                    piece = inner.Text();
                }
                else if (inner.Field == 2)
                {
                    var bytes = new byte[4];
                    stream.ReadExactly(bytes);
                    score = BitConverter.ToSingle(bytes);
                }
                else if (inner.Field == 3)
                {
                    kind = inner.Number;
                }
            }

            pieces.Add((piece, score, kind));
        }

        return pieces;
    }
}
