using RenderFarm.Contracts.Film;
using Xunit;

namespace RenderFarm.Broker.Tests.Jobs;

public sealed class ExampleTests
{
    [Theory]
    [InlineData("lighthouse.json")]
    [InlineData("lighthouse.txt")]
    public async Task Lighthouse_OtherForm_IsTheSameFilm(string file)
    {
        using var desk = await Desk.OpenAsync();

        var fountain = Desk.Spec(
            await desk.ReadFileAsync(Path.Combine(Desk.Examples, "lighthouse.fountain")));
        var other = Desk.Spec(await desk.ReadFileAsync(Path.Combine(Desk.Examples, file)));

        Assert.Equal(
            fountain.Shots.Select(shot => shot.Task), other.Shots.Select(shot => shot.Task));
        Assert.Equal(
            fountain.Shots.Select(shot => shot.Transition),
            other.Shots.Select(shot => shot.Transition));
        Assert.Equal(fountain.Title, other.Title);
        Assert.Equal(fountain.FrameCount, other.FrameCount);
    }

    [Theory]
    [InlineData("lighthouse.fountain", 6, 92)]
    [InlineData("keyframes.json", 3, 47)]
    public async Task Example_Read_HasNoFaults(string file, int shotCount, int frameCount)
    {
        using var desk = await Desk.OpenAsync();

        var reading = await desk.ReadFileAsync(Path.Combine(Desk.Examples, file));

        Assert.Empty(reading.Faults);
        Assert.Equal(shotCount, reading.Spec!.Shots.Count);
        Assert.Equal(frameCount, reading.Spec.FrameCount);
    }

    [Fact]
    public async Task Keyframes_Continued_WaitsForTheShotBefore()
    {
        using var desk = await Desk.OpenAsync();

        var reading = await desk.ReadFileAsync(Path.Combine(Desk.Examples, "keyframes.json"));

        var shots = Desk.Spec(reading).Shots;
        Assert.Equal([0], shots[1].DependsOn);
        Assert.Equal(shots[0].Task.RenderKey, shots[1].Task.Start!.LastFrameOf);
        Assert.NotNull(shots[0].Task.Start!.ImageSha256);
        Assert.Equal(TransitionKind.CrossFade, shots[1].Transition.Kind);
    }
}
