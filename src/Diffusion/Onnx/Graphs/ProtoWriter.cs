using System.Buffers;
using System.Text;

namespace RenderFarm.Diffusion.Onnx.Graphs;

/// <summary>Writes a protocol buffer field by field; what is longest is not kept here.</summary>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> stream = new();

    public byte[] ToArray() => stream.WrittenSpan.ToArray();

    public void Number(int field, long number)
    {
        Varint((long)field << 3);
        Varint(number);
    }

    public void Text(int field, string text) => Message(field, Encoding.UTF8.GetBytes(text));

    public void Message(int field, ReadOnlySpan<byte> bytes)
    {
        Varint(((long)field << 3) | 2);
        Varint(bytes.Length);
        stream.Write(bytes);
    }

    /// <summary>Writes the field that was read last as it is.</summary>
    public void Copy(ProtoReader from)
    {
        if (from.Wire == 0)
        {
            Number(from.Field, from.Number);
            return;
        }

        Varint(((long)from.Field << 3) | (uint)from.Wire);
        if (from.Wire == 2)
        {
            Varint(from.Number);
        }

        stream.Write(from.Bytes());
    }

    private void Varint(long value)
    {
        var rest = (ulong)value;
        for (; rest > 127; rest >>= 7)
        {
            stream.Write([(byte)(rest | 128)]);
        }

        stream.Write([(byte)rest]);
    }
}
