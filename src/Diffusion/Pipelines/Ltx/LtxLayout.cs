using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.Ltx;

/// <summary>Every latent is a token, [S, C], frame by frame and row by row.</summary>
/// <param name="shape">Of the latents.</param>
/// <param name="givenFrameCount">Latent frames at the beginning that are given.</param>
internal sealed class LtxLayout(LatentShape shape, int givenFrameCount) : LatentLayout(shape)
{
    public override string Input => "hidden_states";

    public override long[] InputShape => [Shape.ChannelLength, Shape.ChannelCount];

    public override long[] OutputShape => InputShape;

    public override void Write(ReadOnlySpan<float> latents, Span<float> input)
    {
        for (var channel = 0; channel < Shape.ChannelCount; channel++)
        {
            for (var token = 0; token < Shape.ChannelLength; token++)
            {
                input[(token * Shape.ChannelCount) + channel] =
                    latents[(channel * Shape.ChannelLength) + token];
            }
        }
    }

    public override void Read(ReadOnlySpan<float> output, Span<float> prediction)
    {
        for (var channel = 0; channel < Shape.ChannelCount; channel++)
        {
            for (var token = 0; token < Shape.ChannelLength; token++)
            {
                prediction[(channel * Shape.ChannelLength) + token] =
                    output[(token * Shape.ChannelCount) + channel];
            }
        }
    }

    public override void WriteTimesteps(double timestep, Span<float> tokens)
    {
        var given = givenFrameCount * Shape.FrameLength;
        tokens[..given].Clear();
        tokens[given..].Fill((float)timestep);
    }
}
