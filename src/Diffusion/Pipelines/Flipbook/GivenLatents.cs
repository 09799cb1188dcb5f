namespace RenderFarm.Diffusion.Pipelines.Flipbook;

/// <summary>The latent frames that conditioning images pin; zero where nothing is given.</summary>
internal sealed class GivenLatents(LatentShape shape)
{
    public LatentShape Shape => shape;

    /// <summary>[C, F, h, w].</summary>
    public float[] Values { get; } = new float[shape.Length];

    /// <summary>[1, F, h, w]: 1 where a latent frame is given.</summary>
    public float[] Mask { get; } = new float[shape.ChannelLength];

    /// <summary>
    /// How many of the first latent frames are known exactly. A last one is not: it is a picture's,
    /// where the clip's stands for four.
    /// </summary>
    public int KnownCount { get; private set; }

    /// <summary>Pins latent frames, [C, f, h, w], from one on.</summary>
    public void Pin(int frameIndex, ReadOnlySpan<float> frames)
    {
        if (frameIndex == 0)
        {
            KnownCount = frames.Length / (shape.ChannelCount * shape.FrameLength);
        }

        var start = frameIndex * shape.FrameLength;
        var length = frames.Length / shape.ChannelCount;
        for (var channel = 0; channel < shape.ChannelCount; channel++)
        {
            frames.Slice(channel * length, length)
                .CopyTo(Values.AsSpan((channel * shape.ChannelLength) + start));
        }

        Mask.AsSpan(start, length).Fill(1);
    }
}
