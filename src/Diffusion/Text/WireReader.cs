using System.Buffers.Binary;

namespace RenderFarm.Diffusion.Text;

/// <summary>
/// The fields of one protocol buffer message, in order:
/// https://protobuf.dev/programming-guides/encoding/.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private const int LongestNumber = 10;

    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>The field that was read.</summary>
    public int Field { get; private set; }

    /// <summary>A whole number's value.</summary>
    public ulong Number { get; private set; }

    /// <summary>A text's, a message's or a fixed number's bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    public readonly float Single => Bytes.Length == sizeof(float)
        ? BinaryPrimitives.ReadSingleLittleEndian(Bytes)
        : throw new ModelException($"Field {Field}: expected a number of four bytes.");

    public bool Read()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        var tag = ReadNumber();
        Field = (int)(tag >> 3);
        Bytes = [];
        switch (tag & 7)
        {
            case 0:
                Number = ReadNumber();
                return true;
            case 1:
                Bytes = Take(sizeof(ulong));
                return true;
            case 2:
                Bytes = Take(ReadNumber());
                return true;
            case 5:
                Bytes = Take(sizeof(uint));
                return true;
            default:
                throw new ModelException($"Field {Field}: expected a known wire type.");
        }
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)rest.Length)
        {
            throw new ModelException(
                $"Field {Field}: expected {count} bytes, found {rest.Length}.");
        }

        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }

    private ulong ReadNumber()
    {
        var number = 0ul;
        for (var i = 0; i < Math.Min(LongestNumber, rest.Length); i++)
        {
            number |= (ulong)(rest[i] & 0x7f) << (7 * i);
            if (rest[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return number;
            }
        }

        throw new ModelException("Expected a whole number, found none that ends.");
    }
}
