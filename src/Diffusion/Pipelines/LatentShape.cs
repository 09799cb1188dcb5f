namespace RenderFarm.Diffusion.Pipelines;

/// <summary>One clip's latents: [C, F, h, w].</summary>
internal readonly record struct LatentShape(
    int ChannelCount,
    int FrameCount,
    int Height,
    int Width)
{
    public int FrameLength => Height * Width;

    public int ChannelLength => FrameCount * FrameLength;

    public int Length => ChannelCount * ChannelLength;

    /// <summary>This shape as a batch of other channels: [B, C, F, h, w].</summary>
    public long[] Batch(int batchCount, int channelCount) =>
        [batchCount, channelCount, FrameCount, Height, Width];
}
