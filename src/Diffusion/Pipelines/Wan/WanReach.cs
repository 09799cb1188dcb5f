using RenderFarm.Diffusion.Model;

namespace RenderFarm.Diffusion.Pipelines.Wan;

/// <summary>
/// How many latent frames before one it is that Wan's VAE looks at. Its convolutions see the two
/// frames before each frame, where there are as many frames as at that place of the network; so
/// what they add up to is counted in latent frames. Attention and norms stay within a frame.
/// </summary>
internal static class WanReach
{
    private const double Convolution = 2;

    // Two convolutions, and a shortcut that sees no further.
    private const double Block = 2 * Convolution;

    // The configuration of Wan 2.1 and 2.2, where a package's says nothing.
    private static readonly bool[] Halvings = [false, true, true];

    /// <summary>38 for Wan 2.1 and 2.2: 24 before the first doubling, 7, and 6.5.</summary>
    /// <param name="vae">Its configuration.</param>
    public static int OfDecoder(ConfigFile vae)
    {
        var (halvings, blockCount) = Read(vae);
        var (reach, rate) = (Convolution + (2 * Block), 1.0);
        for (var level = 0; level <= halvings.Length; level++)
        {
            reach += (blockCount + 1) * Block / rate;
            if (level < halvings.Length && halvings[^(level + 1)])
            {
                reach += Convolution / rate;
                rate *= 2;
            }
        }

        return (int)Math.Ceiling(reach + (Convolution / rate));
    }

    /// <summary>28 for Wan 2.1 and 2.2: 5 before the first halving, 5, and 18.</summary>
    /// <param name="vae">Its configuration.</param>
    public static int OfEncoder(ConfigFile vae)
    {
        var (halvings, blockCount) = Read(vae);
        var rate = Math.Pow(2, halvings.Count(isHalved => isHalved));
        var reach = Convolution / rate;
        for (var level = 0; level <= halvings.Length; level++)
        {
            reach += blockCount * Block / rate;
            if (level < halvings.Length && halvings[level])
            {
                reach += Convolution / rate;
                rate /= 2;
            }
        }

        return (int)Math.Ceiling(reach + (2 * Block) + Convolution);
    }

    private static (bool[] Halvings, int BlockCount) Read(ConfigFile vae) =>
        (vae.Flags("temperal_downsample", Halvings), vae.Count("num_res_blocks", 2));
}
