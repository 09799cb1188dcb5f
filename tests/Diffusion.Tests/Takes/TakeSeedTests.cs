using RenderFarm.Diffusion.Noise;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Takes;

public sealed class TakeSeedTests
{
    [Fact]
    public void Derive_FirstTake_HasTheShotsSeed() =>
        Assert.Equal(-12345678901, TakeSeed.Derive(-12345678901, 0));

    [Fact]
    public void Derive_TakesOfNeighbouringSeeds_AreAllDifferent()
    {
        var seeds = Enumerable.Range(0, 100)
            .SelectMany(seed => Enumerable.Range(0, 16).Select(take => TakeSeed.Derive(seed, take)))
            .ToList();

        Assert.Equal(seeds.Count, seeds.Distinct().Count());
        Assert.All(seeds, seed => Assert.InRange(seed, 0, uint.MaxValue));
    }

    // Zero is the finalizer's fixed point: 0 - 1 * 0x9e3779b9 comes to it.
    [Theory]
    [InlineData(0x61c88647, 1, 0)]
    [InlineData(0x1_61c88647, 1, 0)]
    [InlineData(0, 1, 0x92ca2f0e)]
    public void Derive_KnownSeed_IsTheFinalizersValue(long seed, int take, long expected) =>
        Assert.Equal(expected, TakeSeed.Derive(seed, take));
}
