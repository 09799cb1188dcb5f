using System.Text.RegularExpressions;
using RenderFarm.Broker.Jobs;
using Xunit;

namespace RenderFarm.Broker.Tests.Jobs;

public sealed partial class ExampleTests
{
    public static TheoryData<string> Files() =>
    [
        .. Directory.EnumerateFiles(Desk.Examples)
            .Where(path => StoryboardReader.FormatOf(path) is not null)
            .Select(path => Path.GetFileName(path)),
    ];

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
    [MemberData(nameof(Files))]
    public async Task Example_ForTheModelAsShipped_LacksAtMostATask(string file)
    {
        using var desk = await Desk.OpenAsync();

        var reading = await desk.ReadFileAsync(Path.Combine(Desk.Examples, file));

        // Nobody can loop but a model that was trained to.
        var wanted = file == "loop.txt" && !Desk.Flipbook.Tasks.Contains("loop")
            ? new[] { "task-not-supported" }
            : [];
        Assert.Equal(wanted, reading.Faults.Select(fault => fault.Code));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Example_ForAModelOfEveryTask_HasNoFaults(string file)
    {
        foreach (var model in new[] { Desk.Accompanied, Desk.Accompanied with { Upscale = 1 } })
        {
            using var desk = await Desk.OpenAsync(model);

            var reading = await desk.ReadFileAsync(Path.Combine(Desk.Examples, file));

            Assert.Empty(reading.Faults);
            Assert.InRange(reading.Spec!.Shots.Count, 1, 6);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Example_EveryWord_IsOneThatFlipbookWasTaught(string file)
    {
        var captions = await File.ReadAllTextAsync(
            Path.Combine(Desk.Root, "models", "flipbook", "captions.py"),
            TestContext.Current.CancellationToken);
        var taught = Quoted().Matches(captions)
            .SelectMany(text => Words(text.Value))
            .ToHashSet();
        using var desk = await Desk.OpenAsync(Desk.Accompanied);

        var reading = await desk.ReadFileAsync(Path.Combine(Desk.Examples, file));

        Assert.Empty(Desk.Spec(reading).Shots
            .SelectMany(shot => Words(shot.Task.Prompt))
            .Except(taught));
    }

    [Fact]
    public async Task Lighthouse_Lengths_AreSecondsAtAnyRate()
    {
        foreach (var model in new[] { Desk.Bare, Desk.Accompanied })
        {
            using var desk = await Desk.OpenAsync(model);

            var spec = Desk.Spec(
                await desk.ReadFileAsync(Path.Combine(Desk.Examples, "lighthouse.fountain")));

            // Six shots of two seconds, of which two overlap by half a second.
            Assert.Equal(
                TimeSpan.FromSeconds(11.5), spec.FrameRate.LengthOf(spec.FrameCount));
        }
    }

    [Fact]
    public async Task Chain_EveryShot_WaitsForTheOneBefore()
    {
        using var desk = await Desk.OpenAsync();

        var reading = await desk.ReadFileAsync(Path.Combine(Desk.Examples, "chain.json"));

        var shots = Desk.Spec(reading).Shots;
        Assert.Equal([[], [0], [1]], shots.Select(shot => shot.DependsOn));
        Assert.Equal(shots[0].Task.RenderKey, shots[1].Task.Start!.LastFrameOf);
        Assert.Equal(shots[1].Task.RenderKey, shots[2].Task.Start!.LastFrameOf);
    }

    [Fact]
    public async Task Bridge_BothEnds_AreImages()
    {
        using var desk = await Desk.OpenAsync();

        var reading = await desk.ReadFileAsync(Path.Combine(Desk.Examples, "bridge.json"));

        var task = Assert.Single(Desk.Spec(reading).Shots).Task;
        Assert.NotNull(task.Start!.ImageSha256);
        Assert.NotNull(task.End!.ImageSha256);
        Assert.NotEqual(task.Start, task.End);
    }

    private static IEnumerable<string> Words(string text) =>
        Word().Matches(text.ToLowerInvariant()).Select(word => word.Value);

    [GeneratedRegex("\"[^\"\\n]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("[a-z]+")]
    private static partial Regex Word();
}
