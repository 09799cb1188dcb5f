namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>[C + more, F, h, w], or without F for pictures: channel by channel.</summary>
/// <param name="shape">Of the latents.</param>
/// <param name="isClip">The denoiser has an axis for frames.</param>
/// <param name="moreCount">Further channels, which are given: [more, F, h, w].</param>
internal class PlanarLayout(LatentShape shape, bool isClip, int moreCount) : LatentLayout(shape)
{
    public override string Input => isClip ? "hidden_states" : "sample";

    public override long[] InputShape =>
        ShapeOf(Shape.ChannelCount + moreCount);

    public override long[] OutputShape => ShapeOf(Shape.ChannelCount);

    public override void WriteBeside(ReadOnlySpan<float> given, Span<float> input) =>
        given.CopyTo(input[Shape.Length..]);

    public override void Write(ReadOnlySpan<float> latents, Span<float> input) =>
        latents.CopyTo(input);

    public override void Read(ReadOnlySpan<float> output, Span<float> prediction) =>
        output.CopyTo(prediction);

    private long[] ShapeOf(int channelCount) => isClip
        ? [channelCount, Shape.FrameCount, Shape.Height, Shape.Width]
        : [channelCount, Shape.Height, Shape.Width];
}
