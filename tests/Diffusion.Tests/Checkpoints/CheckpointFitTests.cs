using RenderFarm.Diffusion.Checkpoints;
using RenderFarm.Diffusion.Pipelines.Takes;
using RenderFarm.Diffusion.Tests.Companions;
using RenderFarm.Diffusion.Tests.Pipelines;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Checkpoints;

public sealed class CheckpointFitTests(CompanionPipeline model) : IClassFixture<CompanionPipeline>
{
    private static readonly VideoRequest Request = VideoRequests.Small with { TakeCount = 2 };

    /// <summary>Every property of a request with another value.</summary>
    private static readonly Dictionary<string, VideoRequest> Others = new()
    {
        ["Prompt"] = Request with { Prompt = "rain" },
        ["NegativePrompt"] = Request with { NegativePrompt = "rain" },
        ["Seed"] = Request with { Seed = 8 },
        ["Width"] = Request with { Width = 80 },
        ["Height"] = Request with { Height = 80 },
        ["FrameCount"] = Request with { FrameCount = 4 },
        ["Upscale"] = Request with { Upscale = 4 },
        ["Interpolation"] = Request with { Interpolation = 2 },
        ["StepCount"] = Request with { StepCount = 3 },
        ["GuidanceScale"] = Request with { GuidanceScale = 2.5 },
        ["Sampler"] = Request with { Sampler = "heun" },
        ["ReuseThreshold"] = Request with { ReuseThreshold = 0.05 },
        ["TakeCount"] = Request with { TakeCount = 3 },
        ["Loop"] = Request with { Loop = true },
        ["StartImage"] = Request with { StartImage = VideoRequests.Image(64, 64, 1) },
        ["EndImage"] = Request with { EndImage = VideoRequests.Image(64, 64, 1) },
        ["Mask"] = Request with { Mask = VideoRequests.Image(64, 64, 1) },
        ["Source"] = Request with { Source = [VideoRequests.Image(64, 64, 1)] },
        ["Strength"] = Request with { Strength = 0.5 },
        ["Tail"] = Request with { Tail = new(VideoRequests.Image(320, 64, 1), 0) },
    };

    public static TheoryData<string> Names => [.. Others.Keys];

    [Fact]
    public void Names_OfTheRequestsProperties_AreAllOfThem() => Assert.Equal(
        typeof(VideoRequest).GetProperties().Select(one => one.Name).Order(),
        Others.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Origin_OfARequestThatDiffers_Differs(string name)
    {
        var expected = CheckpointOrigin.Of("model", "cpu-fp32", Request);

        var fault = Assert.Throws<CheckpointException>(
            () => expected.Expect(CheckpointOrigin.Of("model", "cpu-fp32", Others[name])));

        Assert.StartsWith("expected the request ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Origin_OfImagesInOtherPlaces_Differs()
    {
        var image = VideoRequests.Image(64, 64, 1);

        Assert.NotEqual(
            CheckpointOrigin.Of("model", "cpu-fp32", Request with { StartImage = image }),
            CheckpointOrigin.Of("model", "cpu-fp32", Request with { EndImage = image }));
        Assert.NotEqual(
            CheckpointOrigin.Of(
                "model", "cpu-fp32", Request with { StartImage = VideoRequests.Image(32, 128, 1) }),
            CheckpointOrigin.Of("model", "cpu-fp32", Request with { StartImage = image }));
    }

    [Fact]
    public void Checkpoint_OfAnotherRequest_IsRefused()
    {
        var fault = Assert.Throws<CheckpointException>(
            () => model.Pipeline.ReadCheckpoint(Bytes(), Request with { Seed = 8 }));

        Assert.Contains("expected the request", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoint_OfAnotherModel_IsRefused()
    {
        var fault = Assert.Throws<CheckpointException>(
            () => model.Bare.ReadCheckpoint(Bytes(), Request with { TakeCount = 1 }));

        Assert.Contains(model.Bare.Package.Digest, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoint_OfAnotherNumericsProfile_IsRefused()
    {
        using var one = VideoPipeline.Load(
            model.Pipeline.Package, new OnnxOptions { ThreadCount = 1 });

        var fault = Assert.Throws<CheckpointException>(() => one.ReadCheckpoint(Bytes(), Request));

        Assert.Equal(
            "expected the numerics profile cpu-fp32-1-threads, found cpu-fp32", fault.Message);
    }

    [Fact]
    public void Generate_FromACheckpointOfAnotherRequest_IsRefused()
    {
        var checkpoint = model.Pipeline.ReadCheckpoint(Bytes(), Request);

        Assert.Throws<CheckpointException>(() => model.Pipeline.Generate(
            Request with { Seed = 8 }, null, checkpoint, null, default));
        Assert.NotEmpty(model.Frames(Request));
    }

    [Fact]
    public void Generate_AfterARefusal_StartsAnewWithTheSameFrames()
    {
        var damaged = Bytes()[..^1];
        Assert.Throws<CheckpointException>(() => model.Pipeline.ReadCheckpoint(damaged, Request));

        var first = model.Frames(Request);

        Assert.Equal(first, model.Frames(Request));
    }

    [Fact]
    public void Checkpoint_WithAPointThatTheRequestNeverPasses_IsRefused()
    {
        var point = CheckpointFile.Read(Bytes()).Point;
        AssertRefused(point with { TakeIndex = 2 }, "TakeIndex: expected 0 to 1, found 2");
        AssertRefused(point with { TakeIndex = -1 }, "TakeIndex: expected 0 to 1, found -1");
        AssertRefused(point with { PassIndex = 1 }, "PassIndex: expected 0, found 1");
        AssertRefused(point with { StepIndex = 3 }, "StepIndex: expected 0 to 2, found 3");
        AssertRefused(point with { StepIndex = 0 }, "Latents: expected 0, found ");
        AssertRefused(point with { Latents = [] }, "Latents: expected ");
        AssertRefused(point with { Seam = [1] }, "Seam: expected 0, found 1");
        AssertRefused(point with { Verdicts = [] }, "Verdicts: expected 1, found 0");
        AssertRefused(point with { BestIndex = 1 }, "BestIndex: expected -1 to 0, found 1");
        AssertRefused(point with { Best = [1] }, "Best: expected ");
        AssertRefused(point with { BestIndex = -1 }, "Best: expected 0, found ");
        AssertRefused(point with { History = [[1]] }, "History of euler: expected 0, found 1");
        AssertRefused(point with { Noise = [1] }, "Noise of euler: expected 0, found 1");
        AssertRefused(point with { StepIndex = 2 }, "StepNumber: expected 4, found 3");
        AssertRefused(point with { ReusedStepCount = 4 }, "ReusedStepCount: expected 0 to 3, ");
        AssertRefused(
            point with { Reuse = new() { Latest = [1] } }, "Reuse.Latest: expected 0, found 1");
    }

    [Fact]
    public void Checkpoint_WithoutWhatItsStepsAreReusedFrom_IsRefused()
    {
        var request = Request with { ReuseThreshold = 0.05 };
        var list = new CheckpointList();
        using (model.Pipeline.Generate(request, null, null, list, default))
        {
        }

        var whole = CheckpointFile.Read(list.All[0].Bytes);
        var spoilt = new Checkpoint(
            whole.Origin, whole.Point with { Reuse = null }, whole.Step);

        var fault = Assert.Throws<CheckpointException>(
            () => model.Pipeline.ReadCheckpoint(spoilt.ToBytes(), request));

        Assert.StartsWith("Reuse.Input: expected ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Track_OfferedBeforeItsTakesAreBack_OffersWhatItStartedFrom()
    {
        var checkpoint = CheckpointFile.Read(Bytes());
        var list = new CheckpointList();
        var track = new ClipTrack(
            Request, Request.StepCount, checkpoint.Origin, checkpoint.Point, null, list);

        track.Offer();

        Assert.Equal(Bytes(), Assert.Single(list.All).Bytes);
    }

    private void AssertRefused(ClipPoint point, string expected)
    {
        var checkpoint = CheckpointFile.Read(Bytes());
        var spoilt = new Checkpoint(checkpoint.Origin, point, checkpoint.Step).ToBytes();

        var fault = Assert.Throws<CheckpointException>(
            () => model.Pipeline.ReadCheckpoint(spoilt, Request));

        Assert.StartsWith(expected, fault.Message, StringComparison.Ordinal);
    }

    private byte[] Bytes() => bytes ??= Render();

    private byte[]? bytes;

    /// <summary>Of the second take's first step.</summary>
    private byte[] Render()
    {
        var list = new CheckpointList();
        using var clip = model.Pipeline.Generate(Request, null, null, list, default);
        return list.All[2].Bytes;
    }
}
