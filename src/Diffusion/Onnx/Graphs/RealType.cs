using System.Runtime.InteropServices;

namespace RenderFarm.Diffusion.Onnx.Graphs;

/// <summary>Real numbers as files keep them, little-endian.</summary>
internal static class RealType
{
    private const int HalfBits = 16;

    public static bool IsKnown(string type) => type is "fp32" or "fp16" or "bf16";

    public static int ByteCount(string type) => type == "fp32" ? sizeof(float) : sizeof(ushort);

    public static float[] ToSingle(string type, ReadOnlySpan<byte> bytes)
    {
        if (type == "fp32")
        {
            return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        }

        var halves = MemoryMarshal.Cast<byte, Half>(bytes);
        var words = MemoryMarshal.Cast<byte, ushort>(bytes);
        var values = new float[words.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = type == "fp16"
                ? (float)halves[i]
                : BitConverter.UInt32BitsToSingle((uint)words[i] << HalfBits);
        }

        return values;
    }

    /// <summary>The nearest numbers that the type has; of two, the even one.</summary>
    public static byte[] ToBytes(string type, ReadOnlySpan<float> values)
    {
        if (type == "fp32")
        {
            return MemoryMarshal.AsBytes(values).ToArray();
        }

        var bytes = new byte[values.Length * sizeof(ushort)];
        var halves = MemoryMarshal.Cast<byte, Half>(bytes.AsSpan());
        var words = MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan());
        for (var i = 0; i < values.Length; i++)
        {
            if (type == "fp16")
            {
                halves[i] = (Half)values[i];
                continue;
            }

            var bits = BitConverter.SingleToUInt32Bits(values[i]);
            var half = 0x7FFF + ((bits >> HalfBits) & 1);
            words[i] = (ushort)((bits + half) >> HalfBits);
        }

        return bytes;
    }
}
