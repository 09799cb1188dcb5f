using RenderFarm.Diffusion.Pipelines.Parts;

namespace RenderFarm.Diffusion.Pipelines.StableVideo;

/// <summary>
/// [F, 2C, h, w]: the latents of each frame, [F, C, h, w], and the picture's beside them.
/// </summary>
/// <param name="shape">Of the latents.</param>
internal sealed class StableVideoLayout(LatentShape shape) : LatentLayout(shape)
{
    public override string Input => "sample";

    public override long[] InputShape => ShapeOf(2 * Shape.ChannelCount);

    public override long[] OutputShape => ShapeOf(Shape.ChannelCount);

    private int PerFrame => Shape.ChannelCount * Shape.FrameLength;

    /// <summary>The picture's latents, [C, h, w], are the same in every frame.</summary>
    public override void WriteBeside(ReadOnlySpan<float> given, Span<float> input)
    {
        for (var frame = 0; frame < Shape.FrameCount; frame++)
        {
            given.CopyTo(input[(((2 * frame) + 1) * PerFrame)..]);
        }
    }

    public override void Write(ReadOnlySpan<float> latents, Span<float> input)
    {
        for (var frame = 0; frame < Shape.FrameCount; frame++)
        {
            latents.Slice(frame * PerFrame, PerFrame).CopyTo(input[(2 * frame * PerFrame)..]);
        }
    }

    public override void Read(ReadOnlySpan<float> output, Span<float> prediction) =>
        output.CopyTo(prediction);

    private long[] ShapeOf(int channelCount) =>
        [Shape.FrameCount, channelCount, Shape.Height, Shape.Width];
}
