using System.Buffers.Binary;

namespace RenderFarm.Media.Tests;

/// <summary>A tone as a WAV file, loud from its first sample to its last.</summary>
internal static class Sound
{
    private const int Rate = 44_100;

    public static string Write(Studio studio, double seconds)
    {
        var count = (int)(seconds * Rate);
        var file = new byte[44 + (count * 4)];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(22), 2);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), Rate);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(28), Rate * 4);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(32), 4);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(34), 16);
        "data"u8.CopyTo(file.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40), count * 4);
        for (var index = 0; index < count; index++)
        {
            var sample = 16_000 * Math.Cos(2 * Math.PI * 440 * index / Rate);
            BinaryPrimitives.WriteInt16LittleEndian(
                file.AsSpan(44 + (4 * index)), (short)sample);
            BinaryPrimitives.WriteInt16LittleEndian(
                file.AsSpan(46 + (4 * index)), (short)sample);
        }

        var path = studio.PathOf("tone.wav");
        File.WriteAllBytes(path, file);
        return path;
    }

    /// <summary>The reel's sound as an editor's tools decode it: left channel, 48 kHz.</summary>
    public static short[] Decode(Studio studio, string reelPath)
    {
        var raw = studio.PathOf("sound.raw");
        Studio.Run(
            "ffmpeg", "-v", "error", "-y", "-i", reelPath, "-map", "0:a:0", "-af",
            "pan=mono|c0=c0", "-ar", "48000", "-f", "s16le", raw);
        var bytes = File.ReadAllBytes(raw);
        return [.. Enumerable.Range(0, bytes.Length / 2)
            .Select(index => BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(2 * index)))];
    }
}
