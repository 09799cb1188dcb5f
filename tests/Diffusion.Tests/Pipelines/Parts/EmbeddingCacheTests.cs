using RenderFarm.Diffusion.Pipelines.Parts;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines.Parts;

public sealed class EmbeddingCacheTests
{
    private int runCount;

    [Fact]
    public void Encode_SameWords_RunsOnce()
    {
        var cache = new EmbeddingCache();

        var first = Encode(cache, 1);
        var second = Encode(cache, 1);

        Assert.Equal([[1, 2]], first);
        Assert.Equal(first, second);
        Assert.Equal(1, runCount);
    }

    [Fact]
    public void Encode_SameIdsUnderAnotherMask_RunsAgain()
    {
        var cache = new EmbeddingCache();

        cache.Encode([1, 0], [1, 1], Run(1));
        cache.Encode([1, 0], [1, 0], Run(2));

        Assert.Equal(2, runCount);
    }

    [Fact]
    public void Encode_CallerChangesWhatItGot_ChangesNoOther()
    {
        var cache = new EmbeddingCache();

        Encode(cache, 1)[0][0] = 9;
        Encode(cache, 1)[0][0] = 9;

        Assert.Equal([[1, 2]], Encode(cache, 1));
    }

    [Fact]
    public void Encode_MoreThanAreKept_ForgetsTheLeastRecentlyUsed()
    {
        var cache = new EmbeddingCache(mostCount: 2);
        Encode(cache, 1);
        Encode(cache, 2);
        Encode(cache, 1);

        Encode(cache, 3);

        Assert.Equal(2, cache.Count);
        Assert.Equal(3, runCount);
        Encode(cache, 1);
        Encode(cache, 3);
        Assert.Equal(3, runCount);
        Encode(cache, 2);
        Assert.Equal(4, runCount);
    }

    // 8 bytes of an id and its mask, and 8 of an output.
    [Theory]
    [InlineData(32, 2)]
    [InlineData(31, 1)]
    [InlineData(15, 0)]
    public void Encode_MoreBytesThanAreKept_ForgetsAsManyAsItMust(long bytes, int expected)
    {
        var cache = new EmbeddingCache(mostBytes: bytes);

        Encode(cache, 1);
        var last = Encode(cache, 2);

        Assert.Equal(expected, cache.Count);
        Assert.Equal([[2, 3]], last);
    }

    [Fact]
    public void Encode_RunThatFails_IsTriedAgain()
    {
        var cache = new EmbeddingCache();

        Assert.Throws<OperationCanceledException>(
            () => cache.Encode([1], [1], () => throw new OperationCanceledException()));

        Assert.Equal([[1, 2]], Encode(cache, 1));
    }

    private float[][] Encode(EmbeddingCache cache, float id) => cache.Encode([id], [1], Run(id));

    private Func<float[][]> Run(float id) => () =>
    {
        runCount++;
        return [[id, id + 1]];
    };
}
