namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>The latent frames that conditioning images pin; zero where nothing is given.</summary>
internal sealed class GivenLatents(LatentShape shape)
{
    public LatentShape Shape => shape;

    /// <summary>[C, F, h, w].</summary>
    public float[] Values { get; } = new float[shape.Length];

    /// <summary>[1, F, h, w]: 1 where a latent frame is given.</summary>
    public float[] Mask { get; } = new float[shape.ChannelLength];

    /// <summary>Pins one latent frame, [C, h, w].</summary>
    public void Pin(int frameIndex, ReadOnlySpan<float> frame)
    {
        var start = frameIndex * shape.FrameLength;
        for (var channel = 0; channel < shape.ChannelCount; channel++)
        {
            frame.Slice(channel * shape.FrameLength, shape.FrameLength)
                .CopyTo(Values.AsSpan((channel * shape.ChannelLength) + start));
        }

        Mask.AsSpan(start, shape.FrameLength).Fill(1);
    }
}
