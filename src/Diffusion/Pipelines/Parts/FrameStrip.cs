namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>Pixels or latents of a clip, one frame after another in each channel.</summary>
/// <param name="Values">[C, T, ...].</param>
/// <param name="ChannelCount">C.</param>
/// <param name="FrameCount">T.</param>
internal readonly record struct FrameStrip(float[] Values, int ChannelCount, int FrameCount)
{
    /// <summary>Values of one frame in one channel.</summary>
    public int FrameLength => Values.Length / (ChannelCount * FrameCount);

    /// <summary>Some frames of it: [C, count, ...].</summary>
    public float[] Cut(int first, int count)
    {
        var length = count * FrameLength;
        var cut = new float[ChannelCount * length];
        for (var channel = 0; channel < ChannelCount; channel++)
        {
            Frames(channel, first, count).CopyTo(cut.AsSpan(channel * length));
        }

        return cut;
    }

    /// <summary>
    /// Lays frames of another strip over this one's. The first of them are faded in over what
    /// lies there already: the first not at all, as in diffusers' blend_t.
    /// </summary>
    /// <param name="strip">The other.</param>
    /// <param name="skipped">Its frames before those that are laid.</param>
    /// <param name="at">Where the first of them comes to lie.</param>
    /// <param name="fadedCount">How many are faded in.</param>
    public void Lay(FrameStrip strip, int skipped, int at, int fadedCount)
    {
        for (var channel = 0; channel < ChannelCount; channel++)
        {
            for (var i = skipped; i < strip.FrameCount; i++)
            {
                var from = strip.Frames(channel, i, 1);
                var to = Frames(channel, at + i - skipped, 1);
                if (i - skipped >= fadedCount)
                {
                    from.CopyTo(to);
                    continue;
                }

                var share = (float)(i - skipped) / fadedCount;
                for (var place = 0; place < to.Length; place++)
                {
                    to[place] = (to[place] * (1 - share)) + (from[place] * share);
                }
            }
        }
    }

    private Span<float> Frames(int channel, int first, int count) => Values.AsSpan(
        ((channel * FrameCount) + first) * FrameLength, count * FrameLength);
}
