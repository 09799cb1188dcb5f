using RenderFarm.Diffusion.Pipelines;
using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Parts;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines.Parts;

public sealed class VaeChunksTests
{
    private const int Ratio = 4;
    private const int Width = 2;
    private const int Height = 3;

    public static TheoryData<int, int, int, int> Clips =>
        [.. from frameCount in Enumerable.Range(1, 14)
            from chunks in new[] { (1, 1, 1), (2, 2, 1), (2, 1, 1), (3, 2, 2), (4, 4, 3) }
            select new TheoryDataRow<int, int, int, int>(
                frameCount, chunks.Item1, chunks.Item2, chunks.Item3)];

    [Theory]
    [MemberData(nameof(Clips))]
    public void Decode_DecoderThatLooksBackAsFarAsTheContext_GivesWhatItGivesAtOnce(
        int latentFrameCount, int length, int stride, int context)
    {
        var shape = new LatentShape(3, latentFrameCount, Height, Width);
        var latents = Latents(shape);
        var chunks = new VaeChunks(length, stride, context, Ratio);
        var most = 0;

        var found = chunks.Decode(latents, shape, (part, size) =>
        {
            most = Math.Max(most, size.FrameCount);
            return Decode(part, size, context - 1);
        });

        var expected = Decode(latents, shape, context - 1);
        Assert.Equal(((latentFrameCount - 1) * Ratio) + 1, found.FrameCount);
        Assert.Equal((Width, Height), (found.Width, found.Height));
        AssertNear(expected.Values, found.Values);
        Assert.InRange(((most - 1) * Ratio) + 1, 1, chunks.MostFrames(expected.FrameCount));
        Assert.InRange(most, 1, length + context);
    }

    [Theory]
    [MemberData(nameof(Clips))]
    public void Encode_EncoderThatLooksBackAsFarAsTheContext_GivesWhatItGivesAtOnce(
        int latentFrameCount, int length, int stride, int context)
    {
        var shape = new LatentShape(3, latentFrameCount, Height, Width);
        var frameCount = ((latentFrameCount - 1) * Ratio) + 1;
        var clip = new DecodedClip(
            Latents(shape with { FrameCount = frameCount }), frameCount, Width, Height);
        var chunks = new VaeChunks(length, stride, context, Ratio);
        var most = 0;

        var found = chunks.Encode(clip, shape, (part, size) =>
        {
            Assert.Equal(((size.FrameCount - 1) * Ratio) + 1, part.FrameCount);
            most = Math.Max(most, part.FrameCount);
            return Encode(part, size, context - 1);
        });

        AssertNear(Encode(clip, shape, context - 1), found);
        Assert.InRange(most, 1, chunks.MostFrames(frameCount));
    }

    [Fact]
    public void Decode_ClipThatOneChunkHolds_IsDecodedAsItIs()
    {
        var shape = new LatentShape(3, 4, Height, Width);
        var latents = Latents(shape);
        var calls = 0;

        var found = new VaeChunks(4, 2, 1, Ratio).Decode(latents, shape, (part, size) =>
        {
            calls++;
            Assert.Same(latents, part);
            return Decode(part, size, 2);
        });

        Assert.Equal(1, calls);
        Assert.Equal(Decode(latents, shape, 2).Values, found.Values);
    }

    [Fact]
    public void Decode_ChunksThatShareFrames_AreFadedIntoEachOther()
    {
        var shape = new LatentShape(3, 5, Height, Width);
        var count = 0;

        var found = new VaeChunks(2, 1, 1, Ratio).Decode(Latents(shape), shape, (_, size) =>
        {
            var clip = Decode(Latents(size), size, 0);
            Array.Fill(clip.Values, count++);
            return clip;
        });

        // Nine frames of the first chunk; each next one is faded in over the four last ones.
        Assert.Equal(
            [0, 0, 0, 0, 0, 0, 0.25f, 0.5f, 0.75f, 1, 1.25f, 1.5f, 1.75f, 2, 2.25f, 2.5f, 2.75f],
            Enumerable.Range(0, found.FrameCount).Select(i => found.Plane(i, 2)[0]));
    }

    [Fact]
    public void MostFrames_OfAnyLongerClip_IsTheSame()
    {
        var chunks = new VaeChunks(3, 3, 2, Ratio);

        Assert.Equal(9, chunks.MostFrames(9));
        Assert.Equal(17, chunks.MostFrames(81));
        Assert.Equal(17, chunks.MostFrames(int.MaxValue));
        Assert.Equal(int.MaxValue, VaeChunks.Whole.MostFrames(int.MaxValue));
    }

    private static float[] Latents(LatentShape shape) =>
        [.. Enumerable.Range(0, shape.Length).Select(i => MathF.Sin(i))];

    /// <summary>Every latent frame, and a share of those before it, as so many frames.</summary>
    private static DecodedClip Decode(float[] latents, LatentShape shape, int reach)
    {
        var source = new FrameStrip(latents, 3, shape.FrameCount);
        var frameCount = ((shape.FrameCount - 1) * Ratio) + 1;
        var values = new float[3 * frameCount * shape.FrameLength];
        for (var i = 0; i < values.Length; i++)
        {
            var (row, place) = Math.DivRem(i, shape.FrameLength);
            var (channel, frame) = Math.DivRem(row, frameCount);
            var value = Seen(source, channel, (frame + Ratio - 1) / Ratio, place, reach);

            // The first frame of a clip is like no other.
            values[i] = frame == 0 ? -value : value + (frame % 2);
        }

        return new DecodedClip(values, frameCount, shape.Width, shape.Height);
    }

    /// <summary>The last frame of each latent frame, and a share of those before it.</summary>
    private static float[] Encode(DecodedClip clip, LatentShape shape, int reach)
    {
        var source = new FrameStrip(clip.Values, 3, clip.FrameCount);
        var latents = new float[shape.Length];
        for (var i = 0; i < latents.Length; i++)
        {
            var (row, place) = Math.DivRem(i, shape.FrameLength);
            var (channel, frame) = Math.DivRem(row, shape.FrameCount);
            latents[i] = Seen(source, channel, frame * Ratio, place, reach * Ratio);
            latents[i] = frame == 0 ? -latents[i] : latents[i];
        }

        return latents;
    }

    private static float Seen(FrameStrip source, int channel, int frame, int place, int reach)
    {
        var sum = 0f;
        for (var i = Math.Max(0, frame - reach); i <= frame; i++)
        {
            sum += source.Cut(i, 1)[(channel * source.FrameLength) + place] / (1 + frame - i);
        }

        return sum;
    }

    private static void AssertNear(float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(
            expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
