using RenderFarm.Diffusion.Tests.Onnx;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Miniatures;

/// <summary>Packages that do not fit their family, and what is said of them.</summary>
public sealed class MiniatureLoadTests
{
    private static readonly (string, int, int[]) Words =
        ("encoder_hidden_states", OnnxFile.Single, [-1, -1, 8]);

    [Theory]
    [InlineData("sd15", "unet/model.onnx")]
    [InlineData("sd15", "vae_decoder/config.json")]
    [InlineData("sdxl", "text_encoder/model.onnx")]
    [InlineData("wan21-t2v", "transformer/model.onnx")]
    [InlineData("wan22-t2v", "scheduler/scheduler_config.json")]
    [InlineData("ltx", "vae_decoder/model.onnx")]
    [InlineData("svd", "image_encoder/model.onnx")]
    [InlineData("svd", "feature_extractor/preprocessor_config.json")]
    public void Load_MissingFile_NamesIt(string name, string file)
    {
        using var copy = Miniature.Copy(name);
        File.Delete(Path.Combine(copy.Path, file));

        Assert.EndsWith($"lacks {file}.", Fault(copy), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoScalingFactor_IsRefusedRatherThanGuessed()
    {
        using var copy = Miniature.Copy("sd15");
        Change(copy, "vae_decoder/config.json", "\"scaling_factor\"", "\"other\"");

        Assert.Equal(
            "vae_decoder/config.json: scaling_factor: expected a number, found none.",
            Fault(copy));
    }

    [Fact]
    public void Load_TextEncoderWithoutHiddenStates_SaysHowToExportIt()
    {
        using var copy = Miniature.Copy("sdxl");
        TakeFrom("sd15", copy, "text_encoder/model.onnx");

        Assert.Equal(
            "text_encoder/model.onnx: expected outputs hidden_states.0 and on, one for each layer, "
            + "found 0; export it with its hidden states",
            Fault(copy));
    }

    [Fact]
    public void Load_WrongNamesTypesAndShapes_PrintsTheWholeDifference()
    {
        using var copy = Miniature.Copy("sd15");
        File.WriteAllBytes(
            Path.Combine(copy.Path, "unet/model.onnx"),
            TinyGraph.Sum(
                ("out_sample", OnnxFile.Single, [-1, 4, -1, -1]),
                ("sample", TinyGraph.Int64, [-1, 4, -1, -1]),
                ("t2", TinyGraph.Int64, []),
                ("encoder_hidden_states", TinyGraph.Int64, [-1, -1, 8])));

        var lines = Fault(copy).Split('\n');

        Assert.Equal(
            [
                "unet/model.onnx has another signature than this pipeline needs:",
                "  input sample: expected real [?, 4, ?, ?], found Int64 [?, 4, ?, ?]",
                "  input timestep: expected whole or real, of two axes at most, found none",
                "  input encoder_hidden_states: expected real [?, ?, 8], found Int64 [?, ?, 8]",
                "  input t2: expected none, found Int64 []",
            ],
            lines);
    }

    [Fact]
    public void Load_NamesOfAnotherExporter_AreKnown()
    {
        using var copy = Miniature.Copy("sd15");
        File.WriteAllBytes(
            Path.Combine(copy.Path, "unet/model.onnx"),
            TinyGraph.Sum(
                ("noise_pred", OnnxFile.Single, [-1, 4, -1, -1]),
                ("latent", OnnxFile.Single, [-1, 4, -1, -1]),
                ("t", TinyGraph.Half, [-1]),
                Words));

        using var pipeline = VideoPipeline.Load(ModelPackage.Open(copy.Path), new OnnxOptions());

        Assert.Equal("StableDiffusionPipeline", pipeline.Package.ClassName);
    }

    [Fact]
    public void Load_TransformerOfOtherChannels_SaysWhichFit()
    {
        using var copy = Miniature.Copy("wan21-t2v");
        Change(copy, "transformer/config.json", "\"in_channels\": 16", "\"in_channels\": 20");

        Assert.Equal(
            "transformer/config.json: in_channels: expected 16 or 36, found 20.", Fault(copy));
    }

    [Fact]
    public void Load_TwoExpertsWithoutBoundary_IsRefused()
    {
        using var copy = Miniature.Copy("wan22-t2v");
        Change(copy, "model_index.json", "\"boundary_ratio\"", "\"other\"");

        Assert.StartsWith(
            "model_index.json: boundary_ratio: expected", Fault(copy), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wan22-scales", "\"guidance_scale_2\": 9.0", "\"guidance_scale_2\": 0.5", "0.5")]
    [InlineData("wan21-t2v", "\"scheduler\"", "\"guidance_scale_2\": 3, \"scheduler\"", "3")]
    public void Load_SecondGuidanceThatCannotBe_IsRefused(
        string name, string from, string to, string found)
    {
        using var copy = Miniature.Copy(name);
        Change(copy, "model_index.json", from, to);

        Assert.Equal(
            "model_index.json: guidance_scale_2: expected at least 1, with transformer_2, "
            + $"found {found}.",
            Fault(copy));
    }

    [Fact]
    public void Load_UnetThatTakesNoPicture_SaysHowManyChannelsFit()
    {
        using var copy = Miniature.Copy("svd");
        Change(copy, "unet/config.json", "\"in_channels\": 8", "\"in_channels\": 4");

        Assert.Equal("unet/config.json: in_channels: expected 8, found 4.", Fault(copy));
    }

    [Fact]
    public void Load_WholeTimestepWhereALogarithmIsTold_IsRefused()
    {
        using var copy = Miniature.Copy("svd");
        File.WriteAllBytes(
            Path.Combine(copy.Path, "unet/model.onnx"),
            TinyGraph.Sum(
                ("out_sample", OnnxFile.Single, [-1, -1, -1, -1, -1]),
                ("sample", OnnxFile.Single, [-1, -1, -1, -1, -1]),
                ("timestep", TinyGraph.Int64, []),
                ("encoder_hidden_states", OnnxFile.Single, [-1, -1, -1]),
                ("added_time_ids", OnnxFile.Single, [-1, -1])));

        Assert.Equal(
            "unet/model.onnx has another signature than this pipeline needs:\n"
            + "  input timestep: expected real, of two axes at most, found Int64 []",
            Fault(copy));
    }

    [Fact]
    public void Load_DecoderThatIsNotToldHowManyFrames_IsRefused()
    {
        using var copy = Miniature.Copy("svd");
        TakeFrom("sd15", copy, "vae_decoder/model.onnx");

        Assert.Equal(
            "vae_decoder/model.onnx has another signature than this pipeline needs:\n"
            + "  input num_frames: expected whole or real, of two axes at most, found none",
            Fault(copy));
    }

    [Fact]
    public void Generate_PicturesThatTheModelDoesNotTake_AreRefused()
    {
        using var pipeline =
            VideoPipeline.Load(Miniature.Open("wan21-t2v"), new OnnxOptions());
        var request = Miniature.Clips("wan21-t2v")[0].Request;
        var picture = Miniature.Pattern(request.Width, request.Height, 1);

        var fault = Assert.Throws<ArgumentException>(() =>
        {
            using var clip = pipeline.Generate(
                request with { StartImage = picture, EndImage = picture }, null, default);
        });

        Assert.StartsWith(
            "StartImage: expected none, since the model takes none; "
            + "EndImage: expected none, since the model takes none.",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("svd")]
    [InlineData("wan22-i2v")]
    public void Generate_NoPictureForAModelThatNeedsOne_IsRefused(string name)
    {
        using var pipeline =
            VideoPipeline.Load(Miniature.Open(name), new OnnxOptions());
        var request = Miniature.Clips(name)[0].Request with { StartImage = null };

        var fault = Assert.Throws<ArgumentException>(() =>
        {
            using var clip = pipeline.Generate(request, null, default);
        });

        Assert.Contains("StartImage: expected one", fault.Message, StringComparison.Ordinal);
    }

    private static void Change(TemporaryFolder copy, string file, string from, string to)
    {
        var path = Path.Combine(copy.Path, file);
        var text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    private static string Fault(TemporaryFolder copy) => Assert.Throws<ModelException>(() =>
    {
        using var pipeline = VideoPipeline.Load(ModelPackage.Open(copy.Path), new OnnxOptions());
    }).Message;

    private static void TakeFrom(string other, TemporaryFolder copy, string file) => File.Copy(
        Path.Combine(Miniature.Folder(other), file),
        Path.Combine(copy.Path, file),
        overwrite: true);
}
