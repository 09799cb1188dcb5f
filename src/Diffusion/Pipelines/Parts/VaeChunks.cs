using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Pipelines.Film;

namespace RenderFarm.Diffusion.Pipelines.Parts;

/// <summary>
/// Takes a long clip through a VAE chunk by chunk in time, so that any length fits in bounded
/// memory. For VAEs whose first latent frame is one frame and each other one so many.
/// <para>
/// Chunk k keeps the latent frames from k Stride + 1 to k Stride + Length, the first chunk also
/// latent frame 0. It begins Context latent frames earlier, with what is dropped: a VAE takes the
/// first frame that it is given for the beginning of a clip. What two chunks keep is faded from
/// the one to the other.
/// </para>
/// </summary>
/// <param name="Length">Latent frames that a chunk keeps.</param>
/// <param name="Stride">Latent frames from one chunk to the next, at most Length.</param>
/// <param name="Context">Latent frames before those that a chunk keeps, at least 1.</param>
/// <param name="Ratio">Frames that one latent frame after the first stands for.</param>
internal sealed record VaeChunks(int Length, int Stride, int Context, int Ratio)
{
    /// <summary>Every clip at once.</summary>
    public static VaeChunks Whole { get; } = new(int.MaxValue, 1, 1, 1);

    /// <summary>What a VAE's configuration says; all at once where it says nothing.</summary>
    /// <param name="files">The package.</param>
    /// <param name="component">The folder of the VAE's network.</param>
    /// <param name="key">What names the length of a chunk.</param>
    /// <param name="read">Chunks of that length.</param>
    /// <exception cref="ModelException">It contradicts itself.</exception>
    public static VaeChunks Read(
        PackageFolder files, string component, string key, Func<ConfigFile, int, VaeChunks> read)
    {
        var path = $"{component}/config.json";
        if (!files.Contains(path))
        {
            return Whole;
        }

        using var vae = new ConfigFile(files, path);
        return vae.Has(key) ? read(vae, vae.Count(key)) : Whole;
    }

    /// <summary>The most frames that are decoded or encoded at once.</summary>
    public long MostFrames(int frameCount) =>
        Math.Min(frameCount, (((long)Length + Context - 1) * Ratio) + 1);

    /// <summary>Latents, [C, F, h, w], to a clip.</summary>
    /// <param name="latents">The latents.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="decode">Decodes those of one chunk.</param>
    public DecodedClip Decode(
        float[] latents, LatentShape shape, Func<float[], LatentShape, DecodedClip> decode)
    {
        if (shape.FrameCount <= Length)
        {
            return decode(latents, shape);
        }

        var source = new FrameStrip(latents, shape.ChannelCount, shape.FrameCount);
        var frameCount = FramesBefore(shape.FrameCount);
        DecodedClip? whole = null;
        var done = 0;
        foreach (var (first, count, kept) in Chunks(shape.FrameCount))
        {
            var clip = decode(source.Cut(first, count), shape with { FrameCount = count });
            whole ??= clip with
            {
                Values = new float[3 * frameCount * clip.PlaneLength], FrameCount = frameCount,
            };
            var at = FramesBefore(kept);
            new FrameStrip(whole.Values, 3, frameCount).Lay(
                new FrameStrip(clip.Values, 3, clip.FrameCount),
                FramesBefore(kept - first),
                at,
                done - at);
            done = FramesBefore(first + count);
        }

        return whole!;
    }

    /// <summary>A clip to what its encoder gives, [C, F, h, w].</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="shape">Of what is given.</param>
    /// <param name="encode">Encodes one chunk to that shape with fewer frames.</param>
    public float[] Encode(
        DecodedClip clip, LatentShape shape, Func<DecodedClip, LatentShape, float[]> encode)
    {
        if (shape.FrameCount <= Length)
        {
            return encode(clip, shape);
        }

        var source = new FrameStrip(clip.Values, 3, clip.FrameCount);
        var whole = new float[shape.Length];
        var done = 0;
        foreach (var (first, count, kept) in Chunks(shape.FrameCount))
        {
            // The last frame of the first latent frame stands for all of it.
            var frameCount = ((count - 1) * Ratio) + 1;
            var part = clip with
            {
                Values = source.Cut(first * Ratio, frameCount),
                FrameCount = frameCount,
            };
            var encoded = encode(part, shape with { FrameCount = count });
            new FrameStrip(whole, shape.ChannelCount, shape.FrameCount).Lay(
                new FrameStrip(encoded, shape.ChannelCount, count),
                kept - first,
                kept,
                done - kept);
            done = first + count;
        }

        return whole;
    }

    /// <summary>Latent frames: a chunk's first, how many, and the first that it keeps.</summary>
    private IEnumerable<(int First, int Count, int Kept)> Chunks(int frameCount)
    {
        for (var before = 0; before == 0 || before + 1 < frameCount; before += Stride)
        {
            var kept = before == 0 ? 0 : before + 1;
            var first = Math.Max(0, kept - Context);
            var end = Math.Min(frameCount, before + Length + 1);
            yield return (first, end - first, kept);
        }
    }

    /// <summary>Frames that so many latent frames at the beginning of a clip stand for.</summary>
    private int FramesBefore(int latentFrameCount) =>
        latentFrameCount == 0 ? 0 : ((latentFrameCount - 1) * Ratio) + 1;
}
