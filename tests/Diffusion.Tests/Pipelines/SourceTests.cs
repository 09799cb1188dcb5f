using RenderFarm.Diffusion.Pipelines;
using RenderFarm.Diffusion.Tests.Companions;
using RenderFarm.Diffusion.Tests.Miniatures;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Pipelines;

/// <summary>Clips and pictures that are made anew.</summary>
public sealed class SourceTests(CompanionPipeline model) : IClassFixture<CompanionPipeline>
{
    private static readonly VideoRequest Remake = VideoRequests.Small with
    {
        StepCount = 8, Source = Miniature.Moving(64, 64, 5, 40),
    };

    [Fact]
    public void Generate_LittleStrength_StaysNearerToTheSourceThanMuch()
    {
        var little = Distance(model.Frames(Remake with { Strength = 0.2 }));
        var half = Distance(model.Frames(Remake with { Strength = 0.6 }));
        var all = Distance(model.Frames(Remake with { Strength = 1 }));

        Assert.True(little < half && half < all, $"{little}, {half}, {all}");
    }

    [Theory]
    [InlineData(1.0, 8)]
    [InlineData(0.5, 4)]
    [InlineData(0.49, 3)]
    [InlineData(0.01, 1)]
    public void Generate_Strength_LeavesThatPartOfTheSteps(double strength, int stepCount)
    {
        var reported = new List<StepProgress>();

        using var clip = model.Pipeline.Generate(
            Remake with { Strength = strength }, new DirectProgress(reported.Add), default);

        Assert.Equal(Enumerable.Range(1, stepCount), reported.Select(step => step.StepNumber));
        Assert.All(reported, step => Assert.Equal(stepCount, step.StepCount));
    }

    [Fact]
    public void Generate_SourceAtTwiceTheRateAndFourTimesTheSize_IsReadAsTheModelRenders()
    {
        var request = Remake with
        {
            Width = 256, Height = 256, Upscale = 4, Interpolation = 2, FrameCount = 9, Source = [],
        };
        var count = model.Pipeline.SourceFrameCountOf(request);

        var frames = model.Frames(request with { Source = Miniature.Moving(64, 64, 5, 40) });

        Assert.Equal((5, 9), (count, frames.Count));
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(5, 0, 1)]
    [InlineData(5, 1, 0)]
    [InlineData(1000, 1, 1)]
    public void SourceFrameCountOf_RequestThatTheModelCannotDo_IsNone(
        int frameCount, int interpolation, int upscale) => Assert.Null(
        model.Pipeline.SourceFrameCountOf(VideoRequests.Small with
        {
            FrameCount = frameCount, Interpolation = interpolation, Upscale = upscale,
        }));

    [Fact]
    public void Of_EverythingWrongWithASource_IsAllSaid()
    {
        var manifest = model.Bare.Package.Manifest with { Tasks = ["text-to-video"] };
        var request = Remake with
        {
            StartImage = VideoRequests.Image(64, 64, 7),
            Strength = 0,
            Source = [VideoRequests.Image(64, 64, 7), VideoRequests.Image(64, 32, 7)],
        };

        Assert.Equal(
            [
                "Strength: expected above 0, to 1, found 0",
                "Source: expected none, since the model makes no clip anew",
                "Source: expected none beside StartImage, EndImage, Tail or Loop",
                "Source: expected frames of 64x64 of 3 bytes, found others",
                "Source: expected 5 frames, found 2",
            ],
            RequestFaults.Of(request, manifest));
        Assert.Equal(
            ["Strength: expected above 0, to 1, found NaN"],
            RequestFaults.Of(VideoRequests.Small with { Strength = double.NaN }, manifest));
    }

    [Theory]
    [InlineData("sd15")]
    [InlineData("svd")]
    [InlineData("wan22-i2v")]
    public void Generate_ModelThatMakesNoClipAnew_SaysSo(string name)
    {
        using var pipeline = VideoPipeline.Load(Miniature.Open(name), new OnnxOptions());
        var request = Miniature.Clips(name)[0].Request with
        {
            StartImage = null, EndImage = null,
        };
        var count = pipeline.SourceFrameCountOf(request)!.Value;
        request = request with
        {
            Source = Miniature.Moving(request.Width, request.Height, count, 1),
        };

        var fault = Assert.Throws<ArgumentException>(
            () => pipeline.Generate(request, null, default));

        Assert.StartsWith(
            "Source: expected none, since the model makes no clip anew.",
            fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_StrengthOfTheRequest_GoesBeforeTheManifests()
    {
        var package = Miniature.Open("sd15");
        using var pipeline = VideoPipeline.Load(package, new OnnxOptions());
        var request = Miniature.Clips("sd15").Single(one => one.Name == "picture").Request;

        var unsaid = CompanionPipeline.Frames(pipeline, request);
        var same = CompanionPipeline.Frames(
            pipeline, request with { Strength = package.Manifest.Strength });
        var other = CompanionPipeline.Frames(pipeline, request with { Strength = 0.5 });

        Assert.Equal(unsaid, same);
        Assert.NotEqual(unsaid, other);
    }

    [Fact]
    public void Generate_PictureMadeAnewBySamplerOfTwoCallsAStep_BeginsAtAWholeStep()
    {
        using var copy = Miniature.Copy("sdxl");
        var manifest = Path.Combine(copy.Path, "manifest.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(
            "\"euler\"", "\"heun\"", StringComparison.Ordinal));
        using var pipeline =
            VideoPipeline.Load(ModelPackage.Open(copy.Path), new OnnxOptions());
        var request = Miniature.Clips("sdxl").Single(one => one.Name == "picture").Request;
        var reported = new List<StepProgress>();

        using var clip = pipeline.Generate(
            request with { Sampler = "heun", Strength = 0.8 },
            new DirectProgress(reported.Add),
            default);

        // Four of five steps are left, and the last one is a single call.
        Assert.Equal(7, reported.Count);
    }

    /// <summary>The mean difference from the source.</summary>
    private static double Distance(List<byte[]> frames) => frames
        .Zip(Remake.Source, (frame, source) => frame
            .Zip(source.Pixels, (a, b) => (double)Math.Abs(a - b))
            .Average())
        .Average();
}
