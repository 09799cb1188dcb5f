using System.Text;

namespace RenderFarm.Diffusion.Text;

/// <summary>
/// Reads SentencePiece's spiece.model of a unigram model, as T5 and UMT5 have it: the text's
/// pieces, then the end of the sentence.
/// https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto
/// </summary>
internal static class SentencePieceFile
{
    private const int Unigram = 1;

    private enum PieceType
    {
        Normal = 1,
        Unknown = 2,
        Control = 3,
        UserDefined = 4,
        Unused = 5,
        Byte = 6,
    }

    /// <exception cref="ModelException">What was expected, and what was found.</exception>
    public static TextTokenizer Read(ReadOnlySpan<byte> file, string path)
    {
        try
        {
            return Read(file);
        }
        catch (ModelException fault)
        {
            throw new ModelException($"{path}: {fault.Message}");
        }
    }

    private static TextTokenizer Read(ReadOnlySpan<byte> file)
    {
        List<UnigramToken> vocabulary = [];
        List<string> userDefined = [];
        var trainer = new Trainer();
        var text = new SentencePieceText();
        var reader = new WireReader(file);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    var (token, type) = ReadPiece(reader.Bytes);
                    vocabulary.Add(token);
                    if (type == PieceType.UserDefined)
                    {
                        userDefined.Add(token.Text);
                    }

                    break;
                case 2:
                    trainer = ReadTrainer(reader.Bytes);
                    break;
                case 3:
                    text = ReadNormalizer(reader.Bytes);
                    break;
                default:
                    break;
            }
        }

        if (trainer.ModelType != Unigram || !vocabulary.Any(token => token.IsOrdinary))
        {
            throw new ModelException(
                $"expected a unigram model, found type {trainer.ModelType} "
                + $"of {vocabulary.Count} pieces.");
        }

        return new TextTokenizer([], Normalizer(text, userDefined))
        {
            Model = new UnigramModel(
                vocabulary, trainer.UnknownId, trainer.FallsBackToBytes, isSingle: true),
            LastIds = trainer.EndId >= 0 ? [trainer.EndId] : [],
            PaddingId = Math.Max(0, trainer.PaddingId),
        };
    }

    private static Func<string, string> Normalizer(
        SentencePieceText read, IReadOnlyList<string> userDefined) => new SentencePieceText
        {
            Map = read.Map,
            UserDefined = userDefined,
            AddsPrefix = read.AddsPrefix,
            CollapsesSpace = read.CollapsesSpace,
            EscapesSpace = read.EscapesSpace,
        }.Normalize;

    private static (UnigramToken Token, PieceType Type) ReadPiece(ReadOnlySpan<byte> bytes)
    {
        var (text, score, type) = ("", 0f, PieceType.Normal);
        var reader = new WireReader(bytes);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    text = Encoding.UTF8.GetString(reader.Bytes);
                    break;
                case 2:
                    score = reader.Single;
                    break;
                case 3:
                    type = (PieceType)(int)reader.Number;
                    break;
                default:
                    break;
            }
        }

        var token = new UnigramToken(
            text,
            score,
            IsOrdinary: type == PieceType.Normal,
            IsMatched: type is PieceType.Normal or PieceType.UserDefined,
            IsUserDefined: type == PieceType.UserDefined);
        return (token, type);
    }

    private static Trainer ReadTrainer(ReadOnlySpan<byte> bytes)
    {
        var trainer = new Trainer();
        var reader = new WireReader(bytes);
        while (reader.Read())
        {
            var number = unchecked((int)reader.Number);
            trainer = reader.Field switch
            {
                3 => trainer with { ModelType = number },
                35 => trainer with { FallsBackToBytes = number != 0 },
                40 => trainer with { UnknownId = number },
                42 => trainer with { EndId = number },
                43 => trainer with { PaddingId = number },
                _ => trainer,
            };
        }

        return trainer;
    }

    private static SentencePieceText ReadNormalizer(ReadOnlySpan<byte> bytes)
    {
        CharsMap? map = null;
        var (adds, collapses, escapes) = (true, true, true);
        var reader = new WireReader(bytes);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 2:
                    map = reader.Bytes.IsEmpty ? null : new CharsMap(reader.Bytes);
                    break;
                case 3:
                    adds = reader.Number != 0;
                    break;
                case 4:
                    collapses = reader.Number != 0;
                    break;
                case 5:
                    escapes = reader.Number != 0;
                    break;
                default:
                    break;
            }
        }

        return new SentencePieceText
        {
            Map = map, AddsPrefix = adds, CollapsesSpace = collapses, EscapesSpace = escapes,
        };
    }

    private readonly record struct Trainer()
    {
        public int ModelType { get; init; } = Unigram;

        public bool FallsBackToBytes { get; init; }

        public int UnknownId { get; init; }

        public int EndId { get; init; } = 2;

        public int PaddingId { get; init; } = -1;
    }
}
