using RenderFarm.Diffusion.Tests.Miniatures;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines.Wan;

/// <summary>What 2.1 is told of the pictures at a clip's ends.</summary>
public sealed class WanSeenTests
{
    private const string Processor = "image_processor/preprocessor_config.json";

    [Theory]
    [InlineData("wan21-i2v", "start-frame")]
    [InlineData("wan21-ends", "start-and-end-frame")]
    public void Open_WithoutManifest_DoesWhatItsDenoiserHasRoomFor(string name, string task)
    {
        using var copy = Miniature.Copy(name);
        File.Delete(Path.Combine(copy.Path, "manifest.json"));

        Assert.Equal([task], ModelPackage.Open(copy.Path).Manifest.Tasks);
    }

    [Fact]
    public void Generate_AnotherViewOfTheSamePicture_GivesOtherValues()
    {
        using var copy = Miniature.Copy("wan21-i2v");
        Change(copy, Processor, "0.48", "0.1");
        var request = Miniature.Clips("wan21-i2v")[0].Request;

        var (expected, _) = Miniature.Generate(Miniature.Open("wan21-i2v"), request);
        var (found, _) = Miniature.Generate(ModelPackage.Open(copy.Path), request);

        Assert.True(expected.Zip(found).Max(pair => Math.Abs(pair.First - pair.Second)) > 0.01);
    }

    [Fact]
    public void Check_OneEndForAModelOfBoth_AsksForTheOther()
    {
        var request = Miniature.Clips("wan21-ends")[0].Request with { EndImage = null };

        Assert.StartsWith(
            "EndImage: expected one, since the model ends with it, found none.",
            RequestFault("wan21-ends", request),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Check_AnEndForAModelOfStarts_IsRefused()
    {
        var request = Miniature.Clips("wan21-i2v")[0].Request;

        Assert.StartsWith(
            "EndImage: expected none, since the model takes none.",
            RequestFault("wan21-i2v", request with { EndImage = request.StartImage }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ManifestOfMoreEndsThanTheDenoiserHasRoomFor_IsRefused()
    {
        using var copy = Miniature.Copy("wan21-ends");
        Change(copy, "manifest.json", "start-and-end-frame", "start-frame");

        Assert.Equal(
            "manifest.json: tasks: expected of a clip's ends only start-and-end-frame, "
            + "found start-frame.",
            LoadFault(copy));
    }

    [Theory]
    [InlineData("\"height\": 28", "\"height\": 20", "crop_size: expected 28")]
    [InlineData("\"shortest_edge\": 28", "\"shortest_edge\": 20", "size: expected at least 28")]
    [InlineData("shortest_edge", "height", "size: expected a whole number of at least 1, itself")]
    [InlineData("\"resample\": 3", "\"resample\": 2", "resample: expected 3, which is bicubic")]
    public void Load_PicturesSeenInAnotherWay_SaysWhatIsExpected(
        string from, string to, string fault)
    {
        using var copy = Miniature.Copy("wan21-i2v");
        Change(copy, Processor, from, to);

        Assert.StartsWith($"{Processor}: {fault}", LoadFault(copy), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ImageEncoderWithoutItsLayers_SaysHowToExportIt()
    {
        using var copy = Miniature.Copy("wan21-i2v");
        File.Copy(
            Path.Combine(Miniature.Folder("svd"), "image_encoder/model.onnx"),
            Path.Combine(copy.Path, "image_encoder/model.onnx"),
            overwrite: true);

        Assert.EndsWith(
            "export it with its hidden states", LoadFault(copy), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WordsAloneWithAnImageEncoder_SaysHowManyChannelsFit()
    {
        using var copy = Miniature.Copy("wan21-i2v");
        Change(copy, "transformer/config.json", "\"in_channels\": 36", "\"in_channels\": 16");

        Assert.Equal(
            "transformer/config.json: in_channels: expected 36, found 16.", LoadFault(copy));
    }

    private static void Change(TemporaryFolder copy, string file, string from, string to)
    {
        var path = Path.Combine(copy.Path, file);
        var text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    private static string LoadFault(TemporaryFolder copy) => Assert.Throws<ModelException>(() =>
    {
        using var pipeline = VideoPipeline.Load(ModelPackage.Open(copy.Path), new OnnxOptions());
    }).Message;

    private static string RequestFault(string name, VideoRequest request)
    {
        using var pipeline = VideoPipeline.Load(Miniature.Open(name), new OnnxOptions());
        return Assert.Throws<ArgumentException>(() =>
        {
            using var clip = pipeline.Generate(request, null, default);
        }).Message;
    }
}
