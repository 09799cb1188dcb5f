using RenderFarm.Diffusion.Model;

namespace RenderFarm.Diffusion.Pipelines.Wan;

/// <summary>What the image encoder of 2.1 sees, and what the denoiser is told of it.</summary>
/// <param name="Size">Pixels along a side of what it sees.</param>
/// <param name="TokenCount">Tokens that it makes of one picture.</param>
/// <param name="Width">Values of each.</param>
/// <param name="PictureCount">1, or 2 where the denoiser tells a start from an end.</param>
internal sealed record WanSeen(int Size, int TokenCount, int Width, int PictureCount)
{
    private const string WidthKey = "image_dim";

    /// <summary>Null where the denoiser is told nothing of what pictures show.</summary>
    /// <param name="files">The package.</param>
    /// <param name="denoiser">transformer/config.json.</param>
    public static WanSeen? Read(PackageFolder files, ConfigFile denoiser)
    {
        if (!denoiser.Has(WidthKey))
        {
            return null;
        }

        using var seer = new ConfigFile(files, "image_encoder/config.json");
        var size = seer.Count("image_size", 224);
        var perSide = size / seer.Count("patch_size", 32);

        // A token for each patch, after one for them all. Only a denoiser of both ends has a
        // table of places, to tell the one picture's tokens from the other's.
        return new WanSeen(
            size,
            (perSide * perSide) + 1,
            denoiser.Count(WidthKey),
            denoiser.Has("pos_embed_seq_len") ? 2 : 1);
    }
}
