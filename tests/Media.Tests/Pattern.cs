using RenderFarm.Contracts.Film;

namespace RenderFarm.Media.Tests;

/// <summary>Frames that move and differ: a gradient, a disc, and a seed's hue.</summary>
internal static class Pattern
{
    public static byte[] Frame(FrameSize size, int seed, int index)
    {
        var pixels = new byte[size.PixelCount * 3];
        var (centreX, centreY) = ((seed * 37 + index * 5) % size.Width, size.Height / 2);
        for (var y = 0; y < size.Height; y++)
        {
            for (var x = 0; x < size.Width; x++)
            {
                var at = ((y * size.Width) + x) * 3;
                var inside = (x - centreX) * (x - centreX) + (y - centreY) * (y - centreY)
                    < size.Height * size.Height / 9;
                pixels[at] = (byte)(inside ? 240 : (x * 255 / size.Width) + index);
                pixels[at + 1] = (byte)(inside ? 200 : y * 255 / size.Height);
                pixels[at + 2] = (byte)(seed * 53);
            }
        }

        return pixels;
    }

    public static byte[] Flat(FrameSize size, byte grey)
    {
        var pixels = new byte[size.PixelCount * 3];
        Array.Fill(pixels, grey);
        return pixels;
    }

    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> Frames(
        FrameSize size, int seed, int count)
    {
        for (var index = 0; index < count; index++)
        {
            await Task.Yield();
            yield return Frame(size, seed, index);
        }
    }

    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> FlatFrames(
        FrameSize size, byte grey, int count)
    {
        for (var index = 0; index < count; index++)
        {
            await Task.Yield();
            yield return Flat(size, grey);
        }
    }
}
