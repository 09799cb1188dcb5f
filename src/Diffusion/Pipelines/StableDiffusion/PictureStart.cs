using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.StableDiffusion;

/// <summary>What a picture is made from, beside words.</summary>
internal sealed record PictureStart
{
    /// <summary>Latents, [C, 1, h, w], that noise is added to; null is noise alone.</summary>
    public float[]? Clean { get; init; }

    /// <summary>That noise, where it was drawn already.</summary>
    public float[]? Drawn { get; init; }

    /// <summary>Latents of what stays where Painted is 0; none where the UNet sees to it.</summary>
    public float[] Known { get; init; } = [];

    /// <summary>[1, h, w]: 1 where it is painted anew.</summary>
    public float[] Painted { get; init; } = [];

    /// <summary>Further channels of the UNet, [1 + C, 1, h, w]; none where it has none.</summary>
    public float[] Beside { get; init; } = [];

    /// <summary>The start of a checked request, drawn in the order that diffusers has.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="strength">How much of the picture is made anew.</param>
    /// <param name="takesMasks">The UNet has channels for a mask and for what is beside it.</param>
    /// <param name="shape">Of the latents.</param>
    /// <param name="ratio">Pixels along a side of one latent.</param>
    /// <param name="encode">A picture to latents, drawn from what the encoder finds likely.</param>
    /// <param name="noise">The same chance as the encoder's.</param>
    public static PictureStart Of(
        VideoRequest request,
        double strength,
        bool takesMasks,
        LatentShape shape,
        int ratio,
        Func<DecodedClip, float[]> encode,
        NoiseSource noise)
    {
        if (request.StartImage is not { } start)
        {
            return new PictureStart();
        }

        if (request.Mask is not { } picture)
        {
            return new PictureStart { Clean = encode(DecodedClip.Of(start)) };
        }

        var mask = new PaintMask(picture);
        var painted = mask.Latents(shape, ratio);
        var isWhole = strength >= 1;
        var clean = takesMasks && isWhole ? [] : encode(DecodedClip.Of(start));
        var drawn = new float[shape.Length];
        noise.Fill(drawn);
        var noisy = new PictureStart { Clean = isWhole ? null : clean, Drawn = drawn };
        if (takesMasks)
        {
            return noisy with { Beside = [.. painted, .. encode(mask.Without(start))] };
        }

        // What is beside the mask is drawn there, too; the UNet is not told, but samplers that
        // draw noise go on from where that leaves chance.
        noise.Fill(new float[shape.Length]);
        return noisy with { Known = clean, Painted = painted };
    }
}
