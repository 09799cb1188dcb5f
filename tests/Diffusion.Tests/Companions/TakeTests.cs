using RenderFarm.Diffusion.Noise;
using RenderFarm.Diffusion.Tests.Pipelines;
using Xunit;

namespace RenderFarm.Diffusion.Tests.Companions;

public sealed class TakeTests(CompanionPipeline model) : IClassFixture<CompanionPipeline>
{
    [Fact]
    public void Generate_OneTake_IsScoredAndOfTheRequestsSeed()
    {
        using var clip = model.Pipeline.Generate(VideoRequests.Small, null, default);

        var score = Assert.Single(clip.Takes).Score;
        Assert.Equal(0, clip.TakeIndex);
        Assert.InRange(score!.Value, 0.01, 0.49);
        Assert.Equal(
            CompanionPipeline.Frames(model.Bare, VideoRequests.Small),
            CompanionPipeline.Frames(clip));
    }

    [Fact]
    public void Generate_WithoutAScorer_GivesNoScore()
    {
        using var clip = model.Bare.Generate(VideoRequests.Small, null, default);

        Assert.Null(Assert.Single(clip.Takes).Score);
        Assert.Null(clip.Tail);
    }

    [Fact]
    public void Generate_SeveralTakes_KeepsTheFramesOfTheBest()
    {
        var scores = new List<double>();
        for (var take = 0; take < 4; take++)
        {
            using var alone = model.Pipeline.Generate(OfTake(take), null, default);
            scores.Add(alone.Takes[0].Score!.Value);
        }

        using var clip = model.Pipeline.Generate(
            VideoRequests.Small with { TakeCount = 4 }, null, default);

        var best = scores.IndexOf(scores.Max());
        Assert.All(
            scores.Zip(clip.Takes),
            pair => Assert.Equal(pair.First, pair.Second.Score!.Value, precision: 6));
        Assert.Equal(4, scores.Distinct().Count());
        Assert.Equal(best, clip.TakeIndex);
        var frames = CompanionPipeline.Frames(clip);
        clip.Dispose();
        Assert.Equal(model.Frames(OfTake(best)), frames);
    }

    [Theory]
    [InlineData(false, 6)]
    [InlineData(true, 12)]
    public void Generate_SeveralTakes_CountsTheStepsOfAll(bool isLoop, int stepCount)
    {
        var steps = new List<StepProgress>();

        using var clip = model.Pipeline.Generate(
            VideoRequests.Small with { TakeCount = 3, Loop = isLoop },
            new DirectProgress(steps.Add),
            default);

        Assert.Equal(
            Enumerable.Range(1, stepCount).Select(step => new StepProgress(step, stepCount)),
            steps);
    }

    [Fact]
    public void Score_OfAPrompt_DependsOnItsWordsAndNotOnTheNegativeOnes()
    {
        var guided = VideoRequests.Small with { GuidanceScale = 1.0000001 };
        double Score(VideoRequest request)
        {
            using var clip = model.Pipeline.Generate(request, null, default);
            return clip.Takes[0].Score!.Value;
        }

        // So little guidance that the frames stay as they are to the last digit that counts.
        var score = Score(VideoRequests.Small with { GuidanceScale = 1 });

        Assert.Equal(score, Score(guided with { NegativePrompt = "rain" }), 1e-4);
        Assert.NotEqual(score, Score(guided with { Prompt = "rain" }), 1e-4);
    }

    [Fact]
    public void Load_ScorerWithoutNumbers_FailsTheClipAndSaysSo()
    {
        using var package = new CompanionPackage();
        package.Write("scorer", TinyCompanions.Scorer(48, 192, quality: float.NaN));
        using var pipeline = VideoPipeline.Load(package.Open(), new OnnxOptions());

        var fault = Assert.Throws<ModelException>(
            () => pipeline.Generate(VideoRequests.Small, null, default));

        Assert.Contains("expected finite scores", fault.Message, StringComparison.Ordinal);
    }

    private static VideoRequest OfTake(int take) =>
        VideoRequests.Small with { Seed = TakeSeed.Derive(VideoRequests.Small.Seed, take) };
}
