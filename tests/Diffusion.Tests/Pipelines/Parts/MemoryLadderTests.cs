using RenderFarm.Diffusion.Pipelines;
using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Parts;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines.Parts;

public sealed class MemoryLadderTests
{
    private static readonly LatentShape Shape = new(3, 2, 40, 60);

    private readonly MemoryLadder ladder = new(isGuidanceSplit: false);
    private readonly List<int> sides = [];

    [Fact]
    public void Decode_AllFits_IsDoneAtOnceAndSaysNothing()
    {
        Decode(int.MaxValue, fits: 60);

        Assert.Equal([60], sides);
        Assert.Empty(ladder.Rungs);
    }

    [Fact]
    public void Decode_SquaresThatDoNotFit_AreHalvedUntilTheyDo()
    {
        var found = Decode(int.MaxValue, fits: 20);

        Assert.Equal([60, 30, 15], sides[..3]);
        Assert.Equal(Latents, found.Values);
        Assert.Equal(
            [
                "the VAE decodes in squares of 30 latents",
                "the VAE decodes in squares of 15 latents",
            ],
            ladder.Rungs);
    }

    [Fact]
    public void Decode_AfterMemoryRanShort_BeginsWithWhatFitted()
    {
        Decode(int.MaxValue, fits: 20);
        sides.Clear();

        Decode(int.MaxValue, fits: 20);

        Assert.All(sides, side => Assert.InRange(side, 1, 15));
        Assert.Equal(2, ladder.Rungs.Count);
    }

    [Fact]
    public void Decode_PackageHasSmallerSquares_StaysWithThem()
    {
        Decode(int.MaxValue, fits: 30);
        sides.Clear();

        Decode(tileSize: 12, fits: 30);

        Assert.Equal(12, sides.Max());
    }

    [Fact]
    public void Decode_SmallestSquaresDoNotFit_SaysThatMemoryDoesNotSuffice()
    {
        Assert.Throws<OutOfDeviceMemoryException>(() => Decode(16, fits: 7));

        Assert.Equal([16, 8], sides);
    }

    private static float[] Latents { get; } =
        [.. Enumerable.Range(0, Shape.Length).Select(_ => 0.5f)];

    /// <summary>Latents are pixels already; squares above a size do not fit.</summary>
    private DecodedClip Decode(int tileSize, int fits) =>
        ladder.Decode(tileSize, Latents, Shape, (latents, shape) =>
        {
            var side = Math.Max(shape.Width, shape.Height);
            sides.Add(side);
            return side > fits
                ? throw new OutOfDeviceMemoryException("full", new InvalidOperationException())
                : new DecodedClip(latents, shape.FrameCount, shape.Width, shape.Height);
        });
}
