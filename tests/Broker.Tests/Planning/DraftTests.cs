using RenderFarm.Broker.Tests.Jobs;
using RenderFarm.Contracts.Film;
using Xunit;

namespace RenderFarm.Broker.Tests.Planning;

/// <summary>A quick look at a film: fewer steps, pixels and frames, as long as the film.</summary>
public sealed class DraftTests
{
    [Fact]
    public async Task Draft_NothingSet_IsWhatTheModelItselfRenders()
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied);

        var spec = await desk.PlanAsync(Desk.Film("a boat") with { Draft = true });

        var model = Desk.Accompanied;
        var task = spec.Shots[0].Task;
        Assert.Equal((model.Sizes[0], 1), (task.Size, task.Upscale));
        Assert.Equal((model.FrameRate, 1), (task.FrameRate, task.Interpolation));
        Assert.Equal(
            (model.DefaultFrameCount, model.DraftStepCount), (task.FrameCount, task.StepCount));
    }

    [Fact]
    public async Task Draft_StepsAndTakesSet_HasFewStepsAndOneTake()
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied);
        var film = Desk.Film("a boat", "a train");
        film = film with
        {
            Draft = true,
            Defaults = new() { Steps = 30, Takes = 8 },
            Shots = [film.Shots[0], film.Shots[1] with { Steps = 50 }],
        };

        var spec = await desk.PlanAsync(film);

        Assert.All(spec.Shots, shot => Assert.Equal(
            (Desk.Accompanied.DraftStepCount, 1), (shot.Task.StepCount, shot.Task.TakeCount)));
    }

    [Fact]
    public async Task Draft_SizeAndRateSet_KeepsThem()
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied);
        var film = Desk.Film("a boat") with
        {
            Draft = true,
            Defaults = new()
            {
                Length = "17f",
                Size = new FrameSize(640, 384),
                FrameRate = new FrameRate(16, 1),
            },
        };

        var task = (await desk.PlanAsync(film)).Shots[0].Task;

        Assert.Equal((new FrameSize(640, 384), 4), (task.Size, task.Upscale));
        Assert.Equal(
            (new FrameRate(16, 1), 2, 17), (task.FrameRate, task.Interpolation, task.FrameCount));
    }

    [Fact]
    public async Task Draft_LongestShots_AreNotTooLong()
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied);
        var film = Desk.Film("a boat", "a train");
        film = film with
        {
            Draft = true,
            Shots =
            [
                film.Shots[0] with { Id = "a", Length = "65f" },
                film.Shots[1] with { StartKeyframe = new() { Continues = "a" }, Length = "55f" },
            ],
        };

        var spec = await desk.PlanAsync(film);

        Assert.Equal([33, 28], spec.Shots.Select(shot => shot.Task.FrameCount));
    }

    [Theory]
    [InlineData("2s", 16)]
    [InlineData("17f", 9)]
    [InlineData("1f", 1)]
    [InlineData("65f", 33)]
    public async Task Draft_Length_IsHalfTheFramesAtHalfTheRate(string length, int frames)
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied);
        var film = Desk.Film("a boat") with
        {
            Draft = true,
            Defaults = new() { Length = length },
        };

        var task = (await desk.PlanAsync(film)).Shots[0].Task;

        Assert.Equal((new FrameRate(8, 1), frames), (task.FrameRate, task.FrameCount));
    }

    [Fact]
    public async Task Draft_Transitions_FitTheirShotsAndOverlapHalfTheFrames()
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied);
        var film = Desk.Film("a boat", "a train", "birds");
        film = film with
        {
            Draft = true,
            Defaults = new() { Length = "10f" },
            Shots =
            [
                film.Shots[0] with { Transition = CrossFade(9) },
                film.Shots[1] with { Transition = CrossFade(1) },
                film.Shots[2],
            ],
        };

        var spec = await desk.PlanAsync(film);

        Assert.Equal(CrossFade(4), spec.Shots[0].Transition);
        Assert.Equal(Transition.Cut, spec.Shots[1].Transition);
        Assert.Equal((5 * 3) - 4, spec.FrameCount);
    }

    [Fact]
    public async Task Draft_OfAModelThatHasNone_IsRenderedInFullAndSaysSo()
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied with { DraftStepCount = 0 });
        var film = Desk.Film("a boat");

        var full = await desk.PlanAsync(film);
        var reading = await desk.ReadAsync(film with { Draft = true });

        var fault = Assert.Single(reading.Faults);
        Assert.Equal(
            (FaultSeverity.Warning, "no-draft", "$.draft"),
            (fault.Severity, fault.Code, fault.Place));
        Assert.Equal(full.Shots[0].Task, Desk.Spec(reading).Shots[0].Task);
    }

    private static Transition CrossFade(int frameCount) =>
        new() { Kind = TransitionKind.CrossFade, FrameCount = frameCount };
}
