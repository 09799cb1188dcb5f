using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;

namespace RenderFarm.Media.Clips;

/// <summary>
/// What an MP4 file says of its pictures, read without a process: a film's 200 clips are checked in
/// milliseconds. It says what the file claims; only decoding shows what is there.
/// </summary>
internal sealed record ClipHeader
{
    private const int LargestMovie = 16 << 20;
    private const int MostFrames = 10_000_000;

    /// <summary>The codec's four-character code.</summary>
    public required string Codec { get; init; }

    /// <summary>Frame size.</summary>
    public required FrameSize Size { get; init; }

    /// <summary>Frame rate in lowest terms.</summary>
    public required FrameRate Rate { get; init; }

    /// <summary>How many frames.</summary>
    public required int FrameCount { get; init; }

    /// <summary>Keyframes counted from 0, ascending.</summary>
    public required IReadOnlyList<int> Keyframes { get; init; }

    /// <summary>The codec's parameter sets.</summary>
    public required string ParameterSets { get; init; }

    /// <summary>Who and what made it, where the file says so.</summary>
    public required Slate? Slate { get; init; }

    /// <summary>Reads the header of a file.</summary>
    /// <exception cref="InvalidDataException">It is no whole MP4 file with one rate.</exception>
    public static ClipHeader Read(string path)
    {
        using var file = File.OpenRead(path);
        var movie = ReadMovie(file, Path.GetFileName(path));
        try
        {
            var tracks = new BoxList(movie).All("trak").Select(track => track.One("mdia"));
            foreach (var media in tracks.Where(media => media.One("hdlr").Text(8) == "vide"))
            {
                return ReadTrack(media, ReadSlate(new BoxList(movie)));
            }
        }
        catch (ArgumentOutOfRangeException)
        {
            // A box that claims to be longer than what holds it.
            throw new InvalidDataException($"{Path.GetFileName(path)}: its header is damaged");
        }

        throw new InvalidDataException($"{Path.GetFileName(path)} has no video track");
    }

    private static byte[] ReadMovie(FileStream file, string name)
    {
        byte[]? movie = null;
        var head = new byte[16];
        for (long at = 0; at < file.Length;)
        {
            file.Position = at;
            var read = file.ReadAtLeast(head, 16, throwOnEndOfStream: false);
            var type = Encoding.Latin1.GetString(head, 4, 4);
            long size = BinaryPrimitives.ReadUInt32BigEndian(head);
            var headSize = size == 1 ? 16 : 8;
            size = size == 1 ? BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(8)) : size;
            if (read < headSize || size < headSize || size > file.Length - at)
            {
                throw new InvalidDataException($"{name} is no MP4 file, or is cut off");
            }

            if (at == 0 && type != "ftyp")
            {
                throw new InvalidDataException($"{name} is no MP4 file");
            }

            if (type == "moov" && size <= LargestMovie)
            {
                movie = new byte[size - headSize];
                file.Position = at + headSize;
                file.ReadExactly(movie);
            }

            at += size;
        }

        return movie ?? throw new InvalidDataException($"{name} has no header (moov)");
    }

    private static Slate? ReadSlate(BoxList movie)
    {
        var comment = movie.All("udta").SelectMany(box => box.All("meta"))
            .SelectMany(box => box.Skip(4).All("ilst"))
            .SelectMany(box => box.All("\u00A9cmt"))
            .SelectMany(box => box.All("data"))
            .FirstOrDefault();
        try
        {
            return comment.Length <= 8
                ? null
                : JsonSerializer.Deserialize<Slate>(comment.Skip(8).Bytes, FarmJson.Options);
        }
        catch (JsonException)
        {
            // Somebody else's comment.
            return null;
        }
    }

    private static ClipHeader ReadTrack(BoxList media, Slate? slate)
    {
        var clock = media.One("mdhd");
        long ticksPerSecond = clock.Number(clock.Byte(0) == 1 ? 20 : 12);
        var table = media.One("minf").One("stbl");
        var times = table.One("stts");
        if (times.Number(4) != 1 || times.Number(8) > MostFrames || ticksPerSecond == 0
            || times.Number(12) == 0)
        {
            throw new InvalidDataException("a clip has one frame rate from end to end");
        }

        // A sample entry: 8 bytes of an MP4 description's head, then a box whose picture's size
        // stands at 24 and whose own boxes start at 78.
        var entry = table.One("stsd").Skip(8);
        var (codec, sample) = entry.First();
        var common = (long)BigInteger.GreatestCommonDivisor(ticksPerSecond, times.Number(12));
        return new ClipHeader
        {
            Codec = codec,
            Size = new FrameSize(sample.Short(24), sample.Short(26)),
            Rate = new FrameRate(
                (int)(ticksPerSecond / common), (int)(times.Number(12) / common)),
            FrameCount = (int)times.Number(8),
            Keyframes = ReadKeyframes(table, (int)times.Number(8)),
            ParameterSets = string.Concat(
                sample.Skip(78).All("avcC").Select(box => Convert.ToHexString(box.Bytes))),
            Slate = slate,
        };
    }

    private static List<int> ReadKeyframes(BoxList table, int frameCount)
    {
        if (table.All("stss").FirstOrDefault() is not { Length: > 0 } keyframes)
        {
            return [.. Enumerable.Range(0, frameCount)];
        }

        var found = new List<int>();
        for (var index = 0; index < keyframes.Number(4); index++)
        {
            found.Add((int)keyframes.Number(8 + (4 * index)) - 1);
        }

        return found;
    }

    /// <summary>Boxes, one after another, as MP4 nests them.</summary>
    private readonly struct BoxList(ReadOnlyMemory<byte> bytes)
    {
        public int Length => bytes.Length;

        public IEnumerable<BoxList> All(string type)
        {
            for (var rest = this; rest.Length >= 8; rest = rest.Skip((int)rest.Number(0)))
            {
                if (rest.First() is var (name, box) && name == type)
                {
                    yield return box;
                }
            }
        }

        public BoxList One(string type) => All(type).FirstOrDefault() is { Length: > 0 } box
            ? box
            : throw new InvalidDataException($"an MP4 header without {type}");

        public (string Type, BoxList Box) First()
        {
            var size = (int)Number(0);
            return size < 8
                ? throw new InvalidDataException("an MP4 box shorter than its own head")
                : (Text(4), new BoxList(bytes[8..size]));
        }

        public BoxList Skip(int length) => new(bytes[length..]);

        public byte Byte(int at) => bytes.Slice(at, 1).Span[0];

        public ushort Short(int at) =>
            BinaryPrimitives.ReadUInt16BigEndian(bytes.Slice(at, 2).Span);

        public uint Number(int at) =>
            BinaryPrimitives.ReadUInt32BigEndian(bytes.Slice(at, 4).Span);

        public string Text(int at) => Encoding.Latin1.GetString(bytes.Slice(at, 4).Span);

        public ReadOnlySpan<byte> Bytes => bytes.Span;
    }
}
