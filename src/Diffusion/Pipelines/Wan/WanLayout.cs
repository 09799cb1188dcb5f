using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.Wan;

/// <summary>Tokens are two by two latents; those of given frames have timestep 0.</summary>
/// <param name="shape">Of the latents.</param>
/// <param name="moreCount">Further channels, which are given.</param>
/// <param name="givenFrameCount">Latent frames at the beginning that are given.</param>
internal sealed class WanLayout(LatentShape shape, int moreCount, int givenFrameCount)
    : PlanarLayout(shape, isClip: true, moreCount)
{
    private int PerFrame => Shape.Height / 2 * (Shape.Width / 2);

    public override int TokenCount => Shape.FrameCount * PerFrame;

    public override void WriteTimesteps(double timestep, Span<float> tokens)
    {
        var given = givenFrameCount * PerFrame;
        tokens[..given].Clear();
        tokens[given..].Fill((float)timestep);
    }
}
