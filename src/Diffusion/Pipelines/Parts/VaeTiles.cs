using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>
/// Decodes large latents in overlapping squares, blended where they meet, so that any size fits in
/// bounded memory. The squares and their blending are those of diffusers' tiled_decode.
/// </summary>
/// <param name="size">Latents along a side of a square.</param>
/// <param name="decode">Decodes one square.</param>
internal sealed class VaeTiles(int size, Func<float[], LatentShape, DecodedClip> decode)
{
    /// <summary>The part of a square that is shared with the next one.</summary>
    private const double Overlap = 0.25;

    /// <summary>Pixels of a frame that are decoded at once.</summary>
    /// <param name="width">Of the frame, in pixels.</param>
    /// <param name="height">Of the frame, in pixels.</param>
    /// <param name="size">Latents along a side of a square.</param>
    /// <param name="ratio">Pixels along a side of one latent.</param>
    public static long MostPixels(int width, int height, int size, int ratio) =>
        Math.Min(width, (long)size * ratio) * Math.Min(height, (long)size * ratio);

    /// <summary>Latents, [C, F, h, w], to a clip.</summary>
    public DecodedClip Decode(float[] latents, LatentShape shape)
    {
        if (shape.Width <= size && shape.Height <= size)
        {
            return decode(latents, shape);
        }

        var stride = Math.Max(1, (int)(size * (1 - Overlap)));
        DecodedClip? whole = null;
        DecodedClip?[] above = [];
        for (var top = 0; top < shape.Height; top += stride)
        {
            List<DecodedClip> row = [];
            for (var left = 0; left < shape.Width; left += stride)
            {
                var tile = decode(Cut(latents, shape, top, left, out var cut), cut);
                var ratio = tile.Width / cut.Width;
                whole ??= new DecodedClip(
                    new float[3 * tile.FrameCount * shape.Height * shape.Width * ratio * ratio],
                    tile.FrameCount,
                    shape.Width * ratio,
                    shape.Height * ratio);
                var extent = (int)(size * ratio * Overlap);
                if (row.Count < above.Length && above[row.Count] is { } upper)
                {
                    Blend(upper, tile, extent, isBelow: true);
                }

                if (row.Count > 0)
                {
                    Blend(row[^1], tile, extent, isBelow: false);
                }

                row.Add(tile);
                Paste(tile, whole, top * ratio, left * ratio);
            }

            above = [.. row];
        }

        return whole!;
    }

    private float[] Cut(
        float[] latents, LatentShape shape, int top, int left, out LatentShape cut)
    {
        cut = shape with
        {
            Height = Math.Min(size, shape.Height - top), Width = Math.Min(size, shape.Width - left),
        };
        var values = new float[cut.Length];
        for (var row = 0; row < cut.Length / cut.Width; row++)
        {
            var (plane, y) = Math.DivRem(row, cut.Height);
            var from = (plane * shape.FrameLength) + ((top + y) * shape.Width) + left;
            latents.AsSpan(from, cut.Width).CopyTo(values.AsSpan(row * cut.Width));
        }

        return values;
    }

    /// <summary>Fades the end of one square into the beginning of the next.</summary>
    private static void Blend(DecodedClip from, DecodedClip to, int extent, bool isBelow)
    {
        var most = isBelow
            ? Math.Min(Math.Min(from.Height, to.Height), extent)
            : Math.Min(Math.Min(from.Width, to.Width), extent);
        var (height, width) = isBelow ? (most, to.Width) : (to.Height, most);
        for (var plane = 0; plane < 3 * to.FrameCount; plane++)
        {
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < Math.Min(width, from.Width); x++)
                {
                    var (upper, lefter) = isBelow
                        ? (from.Height - most + y, x)
                        : (y, from.Width - most + x);
                    var share = (float)(isBelow ? y : x) / most;
                    var before = from.Values[
                        (plane * from.PlaneLength) + (upper * from.Width) + lefter];
                    ref var value = ref to.Values[(plane * to.PlaneLength) + (y * to.Width) + x];
                    value = (before * (1 - share)) + (value * share);
                }
            }
        }
    }

    /// <summary>
    /// Lays a square into the whole. The next square lies over this one's end, so that what stays
    /// of each is what diffusers crops it to.
    /// </summary>
    private static void Paste(DecodedClip tile, DecodedClip whole, int top, int left)
    {
        for (var row = 0; row < 3 * tile.FrameCount * tile.Height; row++)
        {
            var (plane, y) = Math.DivRem(row, tile.Height);
            var at = (plane * whole.PlaneLength) + ((top + y) * whole.Width) + left;
            tile.Values.AsSpan(row * tile.Width, tile.Width).CopyTo(whole.Values.AsSpan(at));
        }
    }
}
