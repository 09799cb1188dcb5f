using RenderFarm.Diffusion.Pipelines;
using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Parts;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines.Parts;

public sealed class VaeTilesTests
{
    private const int Ratio = 2;

    [Theory]
    [InlineData(16, 16, 1)]
    [InlineData(9, 20, 1)]
    [InlineData(20, 9, 3)]
    [InlineData(33, 31, 2)]
    public void Decode_DecoderThatLooksAtOneLatentAtATime_GivesWhatItGivesInOne(
        int width, int height, int frameCount)
    {
        var shape = new LatentShape(3, frameCount, height, width);
        var latents = Enumerable.Range(0, shape.Length).Select(i => MathF.Sin(i)).ToArray();
        var tiles = new VaeTiles(8, Enlarge);

        var found = tiles.Decode(latents, shape);

        var expected = Enlarge(latents, shape);
        Assert.Equal((expected.Width, expected.Height), (found.Width, found.Height));
        Assert.All(
            expected.Values.Zip(found.Values),
            pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    // What is shared is rounded down: squares of one latent share nothing.
    [Fact]
    public void Decode_SquaresOfOneLatent_ComeToAnEnd()
    {
        var shape = new LatentShape(3, 2, 2, 3);
        var count = 0;

        var found = new VaeTiles(1, (latents, cut) =>
        {
            count++;
            return Enlarge(latents, cut);
        }).Decode(new float[shape.Length], shape);

        Assert.Equal(6, count);
        Assert.Equal((3 * Ratio, 2 * Ratio, 2), (found.Width, found.Height, found.FrameCount));
    }

    [Fact]
    public void Decode_TilesOfDifferentBrightness_AreFadedIntoEachOther()
    {
        var shape = new LatentShape(1, 1, 8, 14);
        var count = 0;
        DecodedClip Flat(float[] latents, LatentShape cut)
        {
            var clip = Enlarge([.. latents, .. latents, .. latents], cut with { ChannelCount = 3 });
            Array.Fill(clip.Values, count++);
            return clip;
        }

        var row = new VaeTiles(8, Flat).Decode(new float[shape.Length], shape)
            .Plane(0, 0)[..(14 * Ratio)].ToArray();

        // Twelve pixels of the first square, then a quarter of it faded over the next.
        Assert.Equal(0, row[11]);
        Assert.Equal([0, 0.25f, 0.5f, 0.75f, 1], row[12..17]);
        Assert.Equal(1, row[23]);
    }

    /// <summary>Every latent as a square of pixels, its channels as colours.</summary>
    private static DecodedClip Enlarge(float[] latents, LatentShape shape)
    {
        var (width, height) = (shape.Width * Ratio, shape.Height * Ratio);
        var values = new float[3 * shape.FrameCount * width * height];
        for (var i = 0; i < values.Length; i++)
        {
            var (row, x) = Math.DivRem(i, width);
            var (plane, y) = Math.DivRem(row, height);
            values[i] = latents[
                (((plane * shape.Height) + (y / Ratio)) * shape.Width) + (x / Ratio)];
        }

        return new DecodedClip(values, shape.FrameCount, width, height);
    }
}
