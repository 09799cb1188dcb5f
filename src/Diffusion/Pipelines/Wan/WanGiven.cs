using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.Wan;

/// <summary>How pictures at the ends of a clip are given to a denoiser.</summary>
internal static class WanGiven
{
    /// <summary>
    /// A mask of the given frames, in as many channels as a latent frame has frames, then the
    /// latents of a clip that is grey but for them: [r + C, F, h, w].
    /// </summary>
    /// <param name="request">A request with StartImage.</param>
    /// <param name="shape">Its latents.</param>
    /// <param name="perLatent">r: frames that a latent frame after the first stands for.</param>
    /// <param name="encode">A clip to latents.</param>
    public static float[] Channels(
        VideoRequest request, LatentShape shape, int perLatent, Func<DecodedClip, float[]> encode)
    {
        var start = request.StartImage!;
        var frameCount = ((shape.FrameCount - 1) * perLatent) + 1;
        var (width, height) = (start.Width, start.Height);
        var clip = new DecodedClip(
            new float[3 * frameCount * width * height], frameCount, width, height);
        Lay(DecodedClip.Of(start), clip, 0);
        if (request.EndImage is { } end)
        {
            Lay(DecodedClip.Of(end), clip, frameCount - 1);
        }

        var channels = new float[(perLatent * shape.ChannelLength) + shape.Length];
        for (var channel = 0; channel < perLatent; channel++)
        {
            // The first latent frame is one frame, repeated; channel r of another is its r-th.
            var mask = channels.AsSpan(channel * shape.ChannelLength, shape.ChannelLength);
            mask[..shape.FrameLength].Fill(1);
            if (request.EndImage is not null && channel == perLatent - 1 && shape.FrameCount > 1)
            {
                mask[^shape.FrameLength..].Fill(1);
            }
        }

        encode(clip).CopyTo(channels, perLatent * shape.ChannelLength);
        return channels;
    }

    private static void Lay(DecodedClip frame, DecodedClip clip, int index)
    {
        for (var channel = 0; channel < 3; channel++)
        {
            frame.Plane(0, channel).CopyTo(clip.Values.AsSpan(
                ((channel * clip.FrameCount) + index) * clip.PlaneLength));
        }
    }
}
