using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.Wan;

/// <summary>
/// What CLIP sees of a picture: it is made as small as the settings say along its shorter side,
/// and cut to the square in its middle. transformers: CLIPImageProcessor.
/// </summary>
internal sealed class CenterCrop
{
    private const int Bicubic = 3;

    private readonly int side;
    private readonly int size;

    /// <param name="settings">preprocessor_config.json.</param>
    /// <param name="size">Pixels along a side of what the network sees.</param>
    public CenterCrop(ConfigFile settings, int size)
    {
        this.size = size;
        side = settings.Count("size", "shortest_edge");
        if (settings.Count("crop_size", "height") != size)
        {
            throw settings.Fault("crop_size", $"{size}, as image_encoder/config.json says");
        }

        if (side < size)
        {
            throw settings.Fault("size", $"at least {size}");
        }

        if (settings.Count("resample", Bicubic) != Bicubic)
        {
            throw settings.Fault("resample", $"{Bicubic}, which is bicubic");
        }
    }

    /// <summary>[3, S, S] of -1 to 1.</summary>
    public float[] Of(RgbImage image)
    {
        var shorter = Math.Min(image.Width, image.Height);
        var small = ByteResize.Of(
            image,
            (int)((long)side * image.Width / shorter),
            (int)((long)side * image.Height / shorter));
        var (left, top) = ((small.Width - size) / 2, (small.Height - size) / 2);
        var square = new float[3 * size * size];
        for (var i = 0; i < square.Length; i++)
        {
            var (row, x) = Math.DivRem(i, size);
            var (channel, y) = Math.DivRem(row, size);
            square[i] = PixelFormat.ToLevel(
                small.Pixels[(((((top + y) * small.Width) + left + x) * 3) + channel)]);
        }

        return square;
    }
}
