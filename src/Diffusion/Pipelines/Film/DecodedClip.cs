namespace RenderFarm.Diffusion.Pipelines.Film;

/// <summary>A clip as the VAE decodes it.</summary>
/// <param name="Values">[3, T, H, W], about -1 to 1.</param>
/// <param name="FrameCount">T.</param>
/// <param name="Width">W.</param>
/// <param name="Height">H.</param>
internal sealed record DecodedClip(float[] Values, int FrameCount, int Width, int Height)
{
    /// <summary>Frames over which one that was replaced is let go of: one second.</summary>
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

    public ReadOnlySpan<float> Plane(int frameIndex, int channel) => Frame(frameIndex, channel);

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
    /// frames. The last frame stays what it is.
    /// </summary>
    public void Begin(DecodedClip with) => Replace(0, with, with.FrameCount - 1, step: 1);

    /// <summary>
    /// Replaces the last frames by those of another clip of this size, and lets those before lead
    /// up to them, as <see cref="Begin"/> does. The first frame stays what it is.
    /// </summary>
    public void End(DecodedClip with) =>
        Replace(FrameCount - with.FrameCount, with, FrameCount - with.FrameCount, step: -1);

    /// <param name="first">The first frame that is replaced.</param>
    /// <param name="with">By what.</param>
    /// <param name="edge">The replaced frame that meets the others.</param>
    /// <param name="step">Which way they lie.</param>
    private void Replace(int first, DecodedClip with, int edge, int step)
    {
        var easeCount = Math.Min(EaseCount, FrameCount - with.FrameCount - 1);
        for (var channel = 0; channel < 3; channel++)
        {
            var known = with.Plane(edge - first, channel);
            var found = Plane(edge, channel);
            for (var distance = 1; distance <= easeCount; distance++)
            {
                var share = 1 - (distance / (easeCount + 1f));
                var frame = Frame(edge + (distance * step), channel);
                for (var i = 0; i < frame.Length; i++)
                {
                    frame[i] += share * (known[i] - found[i]);
                }
            }

            for (var frame = 0; frame < with.FrameCount; frame++)
            {
                with.Plane(frame, channel).CopyTo(Frame(first + frame, channel));
            }
        }
    }

    private Span<float> Frame(int frameIndex, int channel) =>
        Values.AsSpan(((channel * FrameCount) + frameIndex) * PlaneLength, PlaneLength);
}
