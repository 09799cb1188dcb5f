using RenderFarm.Diffusion.Noise;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Noise;

public sealed class NoiseSourceTests
{
    public static TheoryData<string> Kinds => [.. Enum.GetNames<NoiseKind>()];

    [Fact]
    public void Fill_CudaSeed0_MatchesTorch()
    {
        float[] expected =
        [
            -.92466253f, -.42534405f, -2.6438458f, .14518389f, -.12086651f, -.5797257f,
            -.6228513f, -.32838714f,
        ];

        var noise = new float[1000];
        new TorchCudaNoise(0).Fill(noise);

        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], noise[i], 2e-6f);
        }
    }

    // The vectors that the generator's authors publish with it (kat_vectors, philox4x32-10).
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0ul, "6627e8d5 e169c58d bc57ac4c 9b00dbd8")]
    [InlineData(
        ~0u, ~0u, ~0u, ~0u, ~0ul, "408f276d 41c83b0e a20bc7c6 6d5451fd")]
    [InlineData(
        0x243f6a88u,
        0x85a308d3u,
        0x13198a2eu,
        0x03707344u,
        0x299f31d0a4093822ul,
        "d16cfe09 94fdcceb 5001e420 24126ea1")]
    public void At_KnownPositions_GivesTheKnownWords(
        uint x, uint y, uint z, uint w, ulong key, string words)
    {
        var (a, b, c, d) = Philox.At(x, y, z, w, key);

        Assert.Equal(words, $"{a:x8} {b:x8} {c:x8} {d:x8}");
    }

    [Fact]
    public void Fill_CudaTensorLargerThanTheGrid_GivesEachThreadUpToFourValuesATurn()
    {
        var small = new float[256];
        var large = new float[(256 * 5) + 1];
        new TorchCudaNoise(5, threadCount: 256).Fill(small);
        new TorchCudaNoise(5, threadCount: 256).Fill(large);
        var (a, b, c, d) = Philox.At(0, 0, 7, 0, 5);
        var second = Philox.At(1, 0, 7, 0, 5);

        Assert.Equal(small, large[..256]);
        Assert.Equal(Philox.Normal(a, b).Cosine, large[256 + 7]);
        Assert.Equal(Philox.Normal(c, d).Sine, large[512 + 7]);
        Assert.Equal(Philox.Normal(c, d).Cosine, large[768 + 7]);
        Assert.Equal(Philox.Normal(second.A, second.B).Sine, large[1024 + 7]);
    }

    [Fact]
    public void Fill_CudaCalledAgain_GoesOnWhereTheLargestThreadStopped()
    {
        var source = new TorchCudaNoise(9, threadCount: 256);
        source.Fill(new float[256 * 5]);
        var noise = new float[1];
        source.Fill(noise);

        var (a, b, _, _) = Philox.At(2, 0, 0, 0, 9);

        Assert.Equal(Philox.Normal(a, b).Sine, noise[0]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Restore_StateOfAnother_GoesOnWithTheSameValues(string kind)
    {
        foreach (var length in new[] { 5, 7, 16, 35, 640 })
        {
            var source = NoiseSource.Create(Enum.Parse<NoiseKind>(kind), 42);
            source.Fill(new float[length]);
            var resumed = NoiseSource.Create(Enum.Parse<NoiseKind>(kind), 42);
            resumed.Restore(source.Save());
            var (expected, found) = (new float[length], new float[length]);

            source.Fill(expected);
            resumed.Fill(found);

            Assert.Equal(expected, found);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Restore_StateOfNoSource_IsRefused(string kind)
    {
        var source = NoiseSource.Create(Enum.Parse<NoiseKind>(kind), 1);

        Assert.Throws<CheckpointException>(() => source.Restore([1, 2, 3, 4]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fill_AMillionValues_AreStandardNormal(string kind)
    {
        var noise = new float[1 << 20];
        NoiseSource.Create(Enum.Parse<NoiseKind>(kind), 11).Fill(noise);

        var mean = noise.Average(value => (double)value);
        var variance = noise.Average(value => (double)value * value);
        var fourth = noise.Average(value => Math.Pow(value, 4));

        Assert.Equal(0, mean, 0.005);
        Assert.Equal(1, variance, 0.007);
        Assert.Equal(3, fourth, 0.06);
    }

    [Fact]
    public void Fill_CounterCall_NeedsNoneOfTheCallsBefore()
    {
        var source = new CounterNoise(3);
        var (expected, found) = (new float[10], new float[10]);
        source.Fill(expected);
        source.Fill(expected);
        CounterNoise.Fill(3, 1, found);

        Assert.Equal(expected, found);
        Assert.NotEqual(found[..5], found[5..]);
    }

    [Fact]
    public void Fill_TorchCpuFewerThan16ValuesAgain_GivesTheOtherOfThePairFirst()
    {
        var (apart, whole) = (new float[8], new float[8]);
        var source = new TorchCpuNoise(0);
        source.Fill(apart.AsSpan(0, 3));
        source.Fill(apart.AsSpan(3));
        new TorchCpuNoise(0).Fill(whole);

        Assert.Equal(whole, apart);
    }
}
