using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.StableDiffusion;

/// <summary>Where a picture is painted anew: at least half white, as in diffusers.</summary>
internal sealed class PaintMask(RgbImage mask)
{
    private const int Half = 128;

    /// <summary>[1, h, w]: 1 where a latent is painted anew, 0 where it stays.</summary>
    /// <param name="shape">Of the latents.</param>
    /// <param name="ratio">Pixels along a side of one latent, of which the first counts.</param>
    public float[] Latents(LatentShape shape, int ratio)
    {
        var latents = new float[shape.FrameLength];
        for (var i = 0; i < latents.Length; i++)
        {
            var (y, x) = Math.DivRem(i, shape.Width);
            latents[i] = IsPainted((y * ratio * mask.Width) + (x * ratio)) ? 1 : 0;
        }

        return latents;
    }

    /// <summary>The picture, grey where it is painted anew.</summary>
    public DecodedClip Without(RgbImage picture)
    {
        var rest = DecodedClip.Of(picture);
        for (var i = 0; i < rest.PlaneLength; i++)
        {
            if (IsPainted(i))
            {
                rest.Values[i] = 0;
                rest.Values[rest.PlaneLength + i] = 0;
                rest.Values[(2 * rest.PlaneLength) + i] = 0;
            }
        }

        return rest;
    }

    // Luma in the 16-bit fractions of Pillow's conversion to grey.
    private bool IsPainted(int pixel)
    {
        var rgb = mask.Pixels.AsSpan(3 * pixel, 3);
        return ((19595 * rgb[0]) + (38470 * rgb[1]) + (7471 * rgb[2]) + 0x8000) >> 16 >= Half;
    }
}
