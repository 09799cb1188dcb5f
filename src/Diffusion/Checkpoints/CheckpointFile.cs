using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace RenderFarm.Diffusion.Checkpoints;

/// <summary>
/// A checkpoint as bytes: eight that say what it is, the version of the format, the SHA-256 of all
/// that follows, the origin, the point, its tensors. Numbers are little-endian.
/// </summary>
internal static class CheckpointFile
{
    /// <summary>Raised whenever a byte after the version means something else.</summary>
    public const int FormatVersion = 2;

    /// <summary>More than everything but the tensors takes.</summary>
    public const int MostBesideTensors = 64 * 1024;

    private const int LongestText = 2000;
    private const int VersionAt = 8;
    private const int DigestAt = VersionAt + sizeof(int);
    private const int BodyAt = DigestAt + SHA256.HashSizeInBytes;

    // "RFC" between a byte beyond ASCII and both kinds of line end, so that no transfer as text
    // goes unnoticed.
    private static ReadOnlySpan<byte> Mark => [0x89, 0x52, 0x46, 0x43, 13, 10, 26, 10];

    public static byte[] Write(Checkpoint checkpoint)
    {
        using var bytes = new MemoryStream();
        bytes.Write(new byte[BodyAt]);
        using (var writer = new BinaryWriter(bytes, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            WriteBody(writer, checkpoint);
        }

        var file = bytes.ToArray();
        Mark.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(VersionAt), FormatVersion);
        SHA256.HashData(file.AsSpan(BodyAt), file.AsSpan(DigestAt));
        return file;
    }

    /// <exception cref="CheckpointException">It is none, damaged, or of another format.</exception>
    public static Checkpoint Read(byte[] file)
    {
        if (file.Length < BodyAt || !file.AsSpan(0, Mark.Length).SequenceEqual(Mark))
        {
            throw new CheckpointException(
                $"expected a checkpoint, found {file.Length} bytes of something else");
        }

        var version = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(VersionAt));
        if (version != FormatVersion)
        {
            throw new CheckpointException(
                $"expected format version {FormatVersion}, found {version}");
        }

        var digest = file.AsSpan(DigestAt, SHA256.HashSizeInBytes);
        if (!digest.SequenceEqual(SHA256.HashData(file.AsSpan(BodyAt))))
        {
            throw new CheckpointException(
                "expected bytes with the digest that stands before them; they were damaged or cut");
        }

        try
        {
            using var bytes = new MemoryStream(file, BodyAt, file.Length - BodyAt);
            using var reader = new BinaryReader(bytes);
            var checkpoint = ReadBody(reader);
            return bytes.Position == bytes.Length
                ? checkpoint
                : throw new InvalidDataException("more bytes than the format has");
        }
        catch (Exception fault) when (fault is IOException or FormatException
            or ArgumentException or InvalidDataException)
        {
            throw new CheckpointException($"expected a whole checkpoint: {fault.Message}", fault);
        }
    }

    private static void WriteBody(BinaryWriter writer, Checkpoint checkpoint)
    {
        var (origin, point) = (checkpoint.Origin, checkpoint.Point);
        writer.Write(origin.ModelDigest);
        writer.Write(origin.NumericsProfile);
        writer.Write(origin.RequestKey);
        writer.Write(checkpoint.StepNumber);
        writer.Write(checkpoint.StepCount);
        writer.Write(point.TakeIndex);
        writer.Write(point.PassIndex);
        writer.Write(point.StepIndex);
        writer.Write(point.Verdicts.Count);
        foreach (var verdict in point.Verdicts)
        {
            // By name: a member that is added in between must not change what an old file says.
            writer.Write(verdict.Fault?.ToString() ?? "");
            writer.Write(verdict.Score is not null);
            writer.Write(verdict.Score ?? 0);
        }

        writer.Write(point.BestIndex);
        writer.Write(point.Fault[..Math.Min(point.Fault.Length, LongestText)]);
        Write<float>(writer, point.Latents);
        Write<float>(writer, point.Seam);
        Write<float>(writer, point.Best);
        Write<uint>(writer, point.Noise);
        writer.Write(point.History.Count);
        foreach (var tensor in point.History)
        {
            Write<float>(writer, tensor);
        }

        writer.Write(point.ReusedStepCount);
        writer.Write(point.Reuse is not null);
        if (point.Reuse is { } reuse)
        {
            writer.Write(reuse.Kind);
            writer.Write(reuse.Rate);
            writer.Write(reuse.Change);
            Write<float>(writer, reuse.Input);
            Write<float>(writer, reuse.Prediction);
            Write<float>(writer, reuse.Latest);
        }
    }

    private static Checkpoint ReadBody(BinaryReader reader)
    {
        var origin = new CheckpointOrigin(
            reader.ReadString(), reader.ReadString(), reader.ReadString());
        var step = new StepProgress(reader.ReadInt32(), reader.ReadInt32());
        var point = new ClipPoint
        {
            TakeIndex = reader.ReadInt32(),
            PassIndex = reader.ReadInt32(),
            StepIndex = reader.ReadInt32(),
            Verdicts = ReadList(reader, ReadVerdict),
            BestIndex = reader.ReadInt32(),
            Fault = reader.ReadString(),
            Latents = Read<float>(reader),
            Seam = Read<float>(reader),
            Best = Read<float>(reader),
            Noise = Read<uint>(reader),
            History = ReadList(reader, Read<float>),
            ReusedStepCount = reader.ReadInt32(),
            Reuse = reader.ReadBoolean() ? ReadReuse(reader) : null,
        };
        return new Checkpoint(origin, point, step);
    }

    private static TakeVerdict ReadVerdict(BinaryReader reader)
    {
        var name = reader.ReadString();
        TakeFault? fault = name.Length == 0 ? null : Enum.Parse<TakeFault>(name);
        var hasScore = reader.ReadBoolean();
        var score = reader.ReadDouble();
        return new TakeVerdict(fault, hasScore ? score : null);
    }

    private static ReusePoint ReadReuse(BinaryReader reader) => new()
    {
        Kind = reader.ReadInt32(),
        Rate = reader.ReadDouble(),
        Change = reader.ReadDouble(),
        Input = Read<float>(reader),
        Prediction = Read<float>(reader),
        Latest = Read<float>(reader),
    };

    private static List<T> ReadList<T>(BinaryReader reader, Func<BinaryReader, T> read)
    {
        var count = ReadCount(reader, leastByteCount: 1);
        var list = new List<T>(count);
        while (list.Count < count)
        {
            list.Add(read(reader));
        }

        return list;
    }

    private static void Write<T>(BinaryWriter writer, T[] values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private static T[] Read<T>(BinaryReader reader)
        where T : unmanaged
    {
        var values = new T[ReadCount(reader, sizeof(uint))];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>A count of things that the rest of the file has room for.</summary>
    private static int ReadCount(BinaryReader reader, int leastByteCount)
    {
        var count = reader.ReadInt32();
        var room = (reader.BaseStream.Length - reader.BaseStream.Position) / leastByteCount;
        return count >= 0 && count <= room
            ? count
            : throw new InvalidDataException($"room for {room}, found {count}");
    }
}
