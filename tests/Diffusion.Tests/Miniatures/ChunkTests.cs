using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Miniatures;

/// <summary>Clips that a VAE takes in chunks of time, as its configuration says.</summary>
public sealed class ChunkTests
{
    private const string Wan = "wan21-chunks";
    private const string Ltx = "ltx-chunks";
    private const string WanLength = "tile_latent_frames";
    private const string WanContext = "tile_latent_context";
    private const string LtxLength = "tile_sample_min_num_frames";
    private const string LtxStride = "tile_sample_stride_num_frames";

    // Only the order in which numbers are added may differ.
    private const float Rounding = 1e-4f;

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, 3, 2)]
    [InlineData(1, 1, 2)]
    [InlineData(1, 5, 3)]
    public void Generate_WanInChunksThatSeeEnough_GivesWhatItGivesAtOnce(
        int index, int length, int context)
    {
        var request = Miniature.Clips(Wan)[index].Request;

        var found = Generate(Wan, request, (WanLength, length), (WanContext, context));

        Assert.InRange(Difference(Generate(Wan, request), found), 0, Rounding);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Generate_WanInChunksThatSeeTooLittle_GivesSomethingElse(int index)
    {
        var request = Miniature.Clips(Wan)[index].Request;

        var found = Generate(Wan, request, (WanLength, 2), (WanContext, 1));

        Assert.True(Difference(Generate(Wan, request), found) > 20 * Rounding);
    }

    [Fact]
    public void Generate_WanWithoutContext_SeesAllThatItsArchitectureLooksAt()
    {
        var request = Miniature.Clips(Wan)[0].Request;

        var found = Generate(Wan, request, (WanLength, 2));

        Assert.InRange(Difference(Generate(Wan, request), found), 0, Rounding);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(17)]
    [InlineData(25)]
    public void Generate_LtxOfEveryLength_HasAllItsFrames(int frameCount)
    {
        var request = Miniature.Clips(Ltx)[0].Request with { FrameCount = frameCount };

        var chunked = Generate(Ltx, request, (LtxLength, 16));
        var whole = Generate(Ltx, request);

        // A clip that one chunk holds is decoded whole; none of a longer one is empty.
        Assert.Equal(3 * frameCount * request.Width * request.Height, chunked.Length);
        Assert.Equal(frameCount <= 9, Difference(whole, chunked) == 0);
        Assert.All(chunked, value => Assert.NotEqual(0, value));
    }

    [Theory]
    [InlineData(20, 16, "tile_sample_min_num_frames: expected a multiple of 8, found 20.")]
    [InlineData(16, 12, "stride_num_frames: expected a multiple of 8, at most 16, found 12.")]
    [InlineData(16, 24, "stride_num_frames: expected a multiple of 8, at most 16, found 24.")]
    public void Load_LtxChunksOfNoWholeLatents_AreRefused(int length, int stride, string fault)
    {
        using var copy = Changed(Ltx, [(LtxLength, length), (LtxStride, stride)]);

        var found = Assert.Throws<ModelException>(() =>
        {
            using var pipeline = VideoPipeline.Load(
                ModelPackage.Open(copy.Path), new OnnxOptions());
        });

        Assert.EndsWith(fault, found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Wan)]
    [InlineData(Ltx)]
    public void MemoryFor_LongerClip_NeedsNoMoreToDecode(string name)
    {
        var package = Miniature.Open(name);
        using var copy = Changed(name, []);
        var whole = ModelPackage.Open(copy.Path);

        var need = package.MemoryFor(64, 64, 401).Decoder;

        Assert.Equal(package.MemoryFor(64, 64, 81).Decoder, need);
        Assert.InRange(need, 1, whole.MemoryFor(64, 64, 401).Decoder / 8);
    }

    private static float[] Generate(
        string name, VideoRequest request, params (string Key, int Value)[] keys)
    {
        using var copy = Changed(name, keys);
        return Miniature.Generate(ModelPackage.Open(copy.Path), request).Values;
    }

    /// <summary>A copy whose VAE is told these of the keys above, and no others.</summary>
    private static TemporaryFolder Changed(string name, (string Key, int Value)[] keys)
    {
        var copy = Miniature.Copy(name);
        foreach (var component in new[] { "vae_encoder", "vae_decoder" })
        {
            var path = Path.Combine(copy.Path, component, "config.json");
            var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
            foreach (var key in new[] { WanLength, WanContext, LtxLength, LtxStride })
            {
                config.Remove(key);
            }

            foreach (var (key, value) in keys)
            {
                config[key] = value;
            }

            File.WriteAllText(path, config.ToJsonString(JsonSerializerOptions.Default));
        }

        return copy;
    }

    private static float Difference(float[] expected, float[] found) =>
        expected.Zip(found, (one, other) => Math.Abs(one - other)).Max();
}
