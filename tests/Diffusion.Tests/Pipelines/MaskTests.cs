using RenderFarm.Diffusion.Pipelines;
using RenderFarm.Diffusion.Tests.Companions;
using RenderFarm.Diffusion.Tests.Miniatures;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines;

/// <summary>Pictures that are painted anew within a mask.</summary>
public sealed class MaskTests
{
    [Fact]
    public void Generate_MaskOfNothing_LeavesThePictureAsTheVaeHasIt()
    {
        var request = Masked("sd15") with { Strength = 1 };
        var black = VideoRequests.Image(request.Width, request.Height, 127);

        var some = Frame("sd15", request with { Mask = black });
        var other = Frame("sd15", request with { Mask = black, Prompt = "the sea", StepCount = 3 });

        Assert.Equal(some, other);
    }

    [Fact]
    public void Generate_MaskOfEverything_IsThePictureMadeAnew()
    {
        var request = Masked("sd15");
        var white = VideoRequests.Image(request.Width, request.Height, 128);

        Assert.Equal(
            Frame("sd15", request with { Mask = null }),
            Frame("sd15", request with { Mask = white }));
    }

    [Theory]
    [InlineData("sd15")]
    [InlineData("sd15-inpaint")]
    public void Generate_AnotherMask_IsAnotherPicture(string name)
    {
        var request = Masked(name);
        var white = VideoRequests.Image(request.Width, request.Height, 255);

        Assert.NotEqual(Frame(name, request), Frame(name, request with { Mask = white }));
    }

    [Fact]
    public void Of_EverythingWrongWithAMask_IsAllSaid()
    {
        var manifest = Miniature.Open("wan21-t2v").Manifest;
        var request = Miniature.Clips("wan21-t2v")[0].Request with
        {
            Mask = VideoRequests.Image(64, 8, 255),
        };

        Assert.Equal(
            [
                "Mask: expected 32x64 of 3 bytes, found 64x8 in 1536 bytes",
                "Mask: expected none, since the model has no masks",
                "Mask: expected none without StartImage, which it is of",
            ],
            RequestFaults.Of(request, manifest));
    }

    [Fact]
    public void Generate_NoMaskForAUnetThatIsToldOne_IsRefused()
    {
        using var pipeline =
            VideoPipeline.Load(Miniature.Open("sd15-inpaint"), new OnnxOptions());
        var request = Masked("sd15-inpaint") with { Mask = null };

        var first = Assert.Throws<ArgumentException>(
            () => pipeline.Generate(request, null, default));
        var second = Assert.Throws<ArgumentException>(
            () => pipeline.Generate(request with { StartImage = null }, null, default));

        Assert.StartsWith(
            "Mask: expected one, since the model paints within it, found none.",
            first.Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "StartImage: expected one, since the model begins with it, found none.",
            second.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Open_UnetOfOtherChannels_SaysWhichFit()
    {
        using var copy = Miniature.Copy("sd15-inpaint");
        var config = Path.Combine(copy.Path, "unet", "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace(
            "\"in_channels\": 9", "\"in_channels\": 8", StringComparison.Ordinal));

        var fault = Assert.Throws<ModelException>(() => ModelPackage.Open(copy.Path));

        Assert.Equal("unet/config.json: in_channels: expected 4 or 9, found 8.", fault.Message);
    }

    [Fact]
    public void Open_UnetThatIsToldAMask_CanPaintAndNothingElse() => Assert.Equal(
        ["mask", "image-to-image"], Miniature.Open("sd15-inpaint").Manifest.Tasks);

    private static VideoRequest Masked(string name) =>
        Miniature.Clips(name).Single(one => one.Name == "masked").Request;

    private static byte[] Frame(string name, VideoRequest request)
    {
        using var pipeline = VideoPipeline.Load(Miniature.Open(name), new OnnxOptions());
        return Assert.Single(CompanionPipeline.Frames(pipeline, request));
    }
}
