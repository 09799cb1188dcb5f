using System.Buffers.Binary;

namespace RenderFarm.Telemetry.Tests;

/// <summary>
/// The fields of one Protocol Buffers message, in their order: numbers and bytes, no schema.
/// </summary>
internal static class ProtobufFields
{
    /// <summary>Reads a message; a number's bytes are its eight, little end first.</summary>
    public static List<(int Number, ReadOnlyMemory<byte> Bytes)> Read(ReadOnlyMemory<byte> message)
    {
        var fields = new List<(int, ReadOnlyMemory<byte>)>();
        var place = 0;
        while (place < message.Length)
        {
            var tag = Varint(message.Span, ref place);
            var number = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    var value = new byte[8];
                    BinaryPrimitives.WriteUInt64LittleEndian(
                        value, Varint(message.Span, ref place));
                    fields.Add((number, value));
                    break;
                case 1:
                    fields.Add((number, message.Slice(place, 8)));
                    place += 8;
                    break;
                case 2:
                    var length = (int)Varint(message.Span, ref place);
                    fields.Add((number, message.Slice(place, length)));
                    place += length;
                    break;
                case 5:
                    fields.Add((number, message.Slice(place, 4)));
                    place += 4;
                    break;
                default:
                    throw new InvalidDataException($"wire type {tag & 7} at {place}");
            }
        }

        return fields;
    }

    /// <summary>All fields of one number.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Read(
        ReadOnlyMemory<byte> message, int number) =>
        Read(message).Where(field => field.Number == number).Select(field => field.Bytes);

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int place)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = bytes[place++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
