using RenderFarm.Diffusion.Noise;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Noise;

/// <summary>Against what torch.randn gave on a CPU for the same seeds.</summary>
public sealed class GaussianNoiseTests
{
    [Fact]
    public void Fill_Seed0OfWholeBlocks_MatchesTorch() =>
        AssertStart(Noise(0, 16), -1.1258398f, -1.1523602f, -.25057858f);

    [Fact]
    public void Fill_Seed0OfSevenValues_MatchesTorch() =>
        AssertStart(Noise(0, 7), 1.5409961f, -.2934289f, -2.1787894f);

    [Fact]
    public void Fill_Seed42OfLatents_MatchesTorch()
    {
        var noise = Noise(42, 4 * 64 * 64);

        AssertStart(
            noise, 1.9269153f, 1.4872841f, .9007172f, -2.105521f, .6784185f, -1.2345449f);
        Assert.Equal(-.29340610, noise[^1], 4e-7);
        Assert.Equal(149.76482, noise.Sum(value => (double)value), 1e-3);
        Assert.Equal(13158.0693, noise.Sum(value => Math.Abs((double)value)), 1e-3);
    }

    [Fact]
    public void Fill_LastBlockIncomplete_RedrawsOnlyTheLastSixteen()
    {
        var whole = Noise(7, 32);

        var ragged = Noise(7, 35);

        Assert.Equal(whole[..19], ragged[..19]);
        Assert.NotEqual(whole[19..], ragged[19..32]);
    }

    [Fact]
    public void Fill_LastBlockIncomplete_MatchesTorch()
    {
        var noise = Noise(7, 35);

        AssertStart(noise, -.82013452f, .39563116f, .89890850f, -1.38840389f);
        AssertStart(noise[19..], 2.29834270f, .95710218f, -.66186756f, -.82845205f);
        Assert.Equal(.39574093f, noise[^1], 4e-7f);
    }

    [Theory]
    [InlineData(-3, -.31222230f, -.49657878f, .11182310f)]
    [InlineData(5000000000, -.80845475f, 1.44031167f, .38097933f)]
    public void Fill_SeedBeyond32Bits_MatchesTorch(
        long seed,
        float first,
        float second,
        float third) => AssertStart(Noise(seed, 16), first, second, third);

    [Fact]
    public void Fill_SeedsThatShareTheirLowBits_AreTheSameSeed()
    {
        const long seed = 5 + (3L << 32);

        Assert.Equal(Noise(5, 16), Noise(seed, 16));
    }

    private static float[] Noise(long seed, int count)
    {
        var noise = new float[count];
        GaussianNoise.Fill(seed, noise);
        return noise;
    }

    private static void AssertStart(float[] found, params float[] expected)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], found[i], 4e-7f);
        }
    }
}
