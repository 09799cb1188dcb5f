using RenderFarm.Broker.Tests.Jobs;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.Planning;

/// <summary>How shots that make a clip or a picture anew are planned.</summary>
public sealed class SourcePlanTests
{
    [Fact]
    public async Task Plan_ShotThatMakesAnotherAnew_HasItsKeyAndAStrength()
    {
        using var desk = await Desk.OpenAsync();
        Storyboard Film(double? strength) => new()
        {
            Defaults = new() { Strength = strength },
            Shots =
            [
                new() { Prompt = "a boat in oils", Source = new() { Shot = "late" } },
                new() { Id = "late", Prompt = "a boat" },
                new() { Prompt = "birds", StartKeyframe = new() { Continues = "late" } },
            ],
        };

        var spec = await desk.PlanAsync(Film(strength: null));
        var stronger = await desk.PlanAsync(Film(strength: 0.9));

        var (shot, late) = (spec.Shots[0], spec.Shots[1].Task.RenderKey);
        Assert.Equal([1], shot.DependsOn);
        Assert.Equal(new ClipSource { ClipOf = late }, shot.Task.Source);
        Assert.Null(shot.Task.Strength);
        Assert.Equal([0.9, null, null], stronger.Shots.Select(one => one.Task.Strength));
        Assert.Equal(
            [false, true, true],
            spec.Shots.Zip(stronger.Shots, (a, b) => a.Task.RenderKey == b.Task.RenderKey));
    }

    [Fact]
    public async Task Plan_ModelThatRedrawsPictures_TakesTheStrengthOfAStartImage()
    {
        using var desk = await Desk.OpenAsync(Desk.Flipbook with
        {
            Tasks = ["text-to-video", "start-frame", "image-to-image"],
        });
        var film = new Storyboard
        {
            Shots =
            [
                new() { Id = "a", Prompt = "a boat" },
                new()
                {
                    Prompt = "a train", Strength = 0.3, StartKeyframe = new() { Continues = "a" },
                },
            ],
        };

        var spec = await desk.PlanAsync(film);

        Assert.Equal(0.3, spec.Shots[1].Task.Strength);
    }

    [Fact]
    public async Task Plan_ModelThatMakesNoClipAnew_SaysSo()
    {
        using var desk = await Desk.OpenAsync(Desk.Flipbook with { Tasks = ["text-to-video"] });
        var film = new Storyboard
        {
            Shots =
            [
                new() { Id = "a", Prompt = "a boat" },
                new() { Prompt = "a boat in oils", Source = new() { Shot = "a" } },
            ],
        };

        var reading = await desk.ReadAsync(film);

        var fault = Assert.Single(reading.Faults);
        Assert.Equal(("task-not-supported", "$.shots[1].source"), (fault.Code, fault.Place));
    }
}
