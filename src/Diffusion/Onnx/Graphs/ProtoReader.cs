using System.Text;

namespace RenderFarm.Diffusion.Onnx.Graphs;

/// <summary>
/// Reads a protocol buffer field by field from a stream that can be sought, so that gigabytes of
/// weights are skipped rather than read. https://protobuf.dev/programming-guides/encoding
/// </summary>
internal sealed class ProtoReader
{
    private const int LongestText = 1 << 20;
    private const int DeepestMessage = 64;

    private readonly Stream stream;
    private readonly long end;
    private readonly int depth;
    private long next;

    public ProtoReader(Stream stream)
        : this(stream, stream.Length, 0)
    {
    }

    private ProtoReader(Stream stream, long end, int depth)
    {
        (this.stream, this.end, this.depth) = (stream, end, depth);
        next = stream.Position;
    }

    /// <summary>The number of the field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>Its value, where it is a number; its length, where it is none.</summary>
    public long Number { get; private set; }

    /// <summary>How it is written: 0 a number, 1 and 5 eight and four bytes, 2 any.</summary>
    public int Wire { get; private set; }

    /// <summary>Where the value begins, where it is no number.</summary>
    public long Offset => next - Number;

    /// <summary>Goes on to the next field, past what nobody read of this one.</summary>
    /// <exception cref="InvalidDataException">It is no protocol buffer.</exception>
    public bool Read()
    {
        stream.Position = next;
        if (next >= end)
        {
            return false;
        }

        var key = Varint();
        (Field, Wire) = ((int)(key >> 3), (int)(key & 7));
        Number = Wire switch
        {
            0 => Varint(),
            1 => 8,
            2 => Varint(),
            5 => 4,
            _ => throw new InvalidDataException($"a field of unknown kind {Wire}"),
        };
        var length = Wire == 0 ? 0 : Number;
        if (length < 0 || length > end - stream.Position)
        {
            throw new InvalidDataException("a field that is longer than what holds it");
        }

        next = stream.Position + length;
        return true;
    }

    /// <summary>The field as a text.</summary>
    public string Text()
    {
        if (Number > LongestText)
        {
            throw new InvalidDataException($"a text of {Number} bytes");
        }

        var bytes = new byte[Number];
        stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>The field's value as it is written, where it is no number.</summary>
    public byte[] Bytes()
    {
        var bytes = new byte[Number];
        stream.Position = Offset;
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The field as a message, to be read before this one goes on.</summary>
    public ProtoReader Message()
    {
        if (depth >= DeepestMessage || Wire != 2)
        {
            throw new InvalidDataException("no message, or one that is nested too deeply");
        }

        stream.Position = Offset;
        return new ProtoReader(stream, next, depth + 1);
    }

    /// <summary>The field as one number of a list, or as the packed list.</summary>
    public IEnumerable<long> Numbers()
    {
        if (Wire != 2)
        {
            yield return Number;
            yield break;
        }

        while (stream.Position < next)
        {
            yield return Varint();
        }
    }

    private long Varint()
    {
        var value = 0L;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = stream.ReadByte();
            if (part < 0)
            {
                break;
            }

            value |= (long)(part & 127) << shift;
            if (part < 128)
            {
                return value;
            }
        }

        throw new InvalidDataException("a number that does not end");
    }
}
