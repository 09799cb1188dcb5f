namespace RenderFarm.Diffusion.Pipelines.Film;

/// <summary>A clip as the VAE decodes it.</summary>
/// <param name="Values">[3, T, H, W], about -1 to 1.</param>
/// <param name="FrameCount">T.</param>
/// <param name="Width">W.</param>
/// <param name="Height">H.</param>
internal sealed record DecodedClip(float[] Values, int FrameCount, int Width, int Height)
{
    /// <summary>Frames over which a beginning that was replaced is let go of: one second.</summary>
    private const int EaseCount = 8;

    /// <summary>A picture as a clip of one frame.</summary>
    public static DecodedClip Of(RgbImage image)
    {
        var values = new float[3 * image.Width * image.Height];
        PixelFormat.ToPlanes(image, values);
        return new DecodedClip(values, 1, image.Width, image.Height);
    }

    /// <summary>Pictures of one size as a clip.</summary>
    public static DecodedClip Of(IReadOnlyList<RgbImage> frames)
    {
        var (width, height) = (frames[0].Width, frames[0].Height);
        var values = new float[checked(3 * frames.Count * width * height)];
        foreach (var (index, frame) in frames.Index())
        {
            PixelFormat.ToPlanes(frame, values, index, frames.Count);
        }

        return new DecodedClip(values, frames.Count, width, height);
    }

    public int PlaneLength => Width * Height;

    /// <summary>Values of one frame, [3, H, W].</summary>
    public int FrameLength => 3 * PlaneLength;

    public ReadOnlySpan<float> Plane(int frameIndex, int channel) =>
        Values.AsSpan(((channel * FrameCount) + frameIndex) * PlaneLength, PlaneLength);

    /// <summary>One frame to [3, H, W].</summary>
    public void CopyFrame(int frameIndex, Span<float> frame)
    {
        for (var channel = 0; channel < 3; channel++)
        {
            Plane(frameIndex, channel).CopyTo(frame[(channel * PlaneLength)..]);
        }
    }

    /// <summary>
    /// Replaces the first frames by those of another clip of this size, and lets the rest follow
    /// from them: by what the last replaced frame was off, what comes after is off too (mostly the
    /// autoencoder's loss), so that is added to it, less and less over <see cref="EaseCount"/>
    /// frames.
    /// </summary>
    public void Begin(DecodedClip with)
    {
        var length = with.FrameCount * PlaneLength;
        for (var channel = 0; channel < 3; channel++)
        {
            var mine = Values.AsSpan(channel * FrameCount * PlaneLength, FrameCount * PlaneLength);
            var theirs = with.Values.AsSpan(channel * length, length);
            var last = length - PlaneLength;
            var rest = mine[length..];
            for (var i = 0; i < Math.Min(rest.Length, EaseCount * PlaneLength); i++)
            {
                var (frame, pixel) = Math.DivRem(i, PlaneLength);
                var share = 1 - ((frame + 1f) / (EaseCount + 1));
                rest[i] += share * (theirs[last + pixel] - mine[last + pixel]);
            }

            theirs.CopyTo(mine);
        }
    }
}
