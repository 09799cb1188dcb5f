using System.Text;
using System.Text.Json;
using RenderFarm.Broker.Tests.Jobs;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Broker.Tests.Planning;

/// <summary>
/// What a model's upscaler, interpolator and scorer do to a plan: a model of 160x96, 96x160 and
/// 128x128 at 8 frames a second with sides from 64 to 256 in steps of 16, four times and twice.
/// </summary>
public sealed class CompanionTests
{
    [Fact]
    public async Task Plan_NothingSet_IsAllThatTheCompanionsMakeOfTheModelsOwn()
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied);

        var spec = await desk.PlanAsync(Desk.Film("a boat"));

        var task = spec.Shots[0].Task;
        Assert.Equal((new FrameSize(640, 384), 4), (task.Size, task.Upscale));
        Assert.Equal((new FrameRate(16, 1), 2), (task.FrameRate, task.Interpolation));
        Assert.Equal(((Desk.Accompanied.DefaultFrameCount - 1) * 2) + 1, task.FrameCount);
        Assert.Equal((task.Size, task.FrameRate), (spec.Size, spec.FrameRate));
    }

    [Theory]
    [InlineData("160x96", 1, null)]
    [InlineData("256x256", 1, "size-not-trained")]
    [InlineData("640x384", 4, null)]
    [InlineData("512x512", 4, null)]
    [InlineData("1024x256", 4, "size-not-trained")]
    public async Task Plan_Size_IsRenderedAsItIsOrEnlarged(
        string size, int upscale, string? warning)
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied);
        var film = Desk.Film("a boat") with { Defaults = new() { Size = Size(size) } };

        var reading = await desk.ReadAsync(film);

        Assert.Equal(warning, reading.Faults.SingleOrDefault()?.Code);
        var task = Desk.Spec(reading).Shots[0].Task;
        Assert.Equal((Size(size), upscale), (task.Size, task.Upscale));
    }

    [Theory]
    [InlineData("644x384", "256x256 or 640x384")]
    [InlineData("656x384", "256x256 or 640x384")]
    [InlineData("150x96", "144x96 or 256x256")]
    [InlineData("2048x2048", "256x256 or 1024x1024")]
    public async Task Plan_SizeOffBothGrids_NamesTheNearestOfEach(string size, string nearest)
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied);
        var film = Desk.Film("a boat") with { Defaults = new() { Size = Size(size) } };

        var fault = Assert.Single((await desk.ReadAsync(film)).Faults);

        Assert.Equal(("size-not-in-grid", "$.defaults.size"), (fault.Code, fault.Place));
        Assert.Contains($"Try {nearest}.", fault.Message, StringComparison.Ordinal);
        Assert.Contains("from 64 to 256 in steps of 16", fault.Message, StringComparison.Ordinal);
        Assert.Contains("from 256 to 1024 in steps of 64", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("8", 1, 16, null)]
    [InlineData("16", 2, 32, null)]
    [InlineData("32/2", 2, 32, null)]
    [InlineData("12", 1, 24, "rate-not-trained")]
    [InlineData("32/3", 1, 21, "rate-not-trained")]
    public async Task Plan_Rate_IsRenderedAsItIsOrFilledIn(
        string rate, int interpolation, int frames, string? warning)
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied);
        Assert.True(FrameRate.TryParse(rate, out var filmRate));
        var film = Desk.Film("a boat") with
        {
            Defaults = new() { Length = "2s", FrameRate = filmRate },
        };

        var reading = await desk.ReadAsync(film);

        Assert.Equal(warning, reading.Faults.SingleOrDefault()?.Code);
        var task = Desk.Spec(reading).Shots[0].Task;
        Assert.Equal((interpolation, frames), (task.Interpolation, task.FrameCount));
    }

    [Theory]
    [InlineData("8", 0)]
    [InlineData("16", 1)]
    public async Task Plan_LongestShot_IsWhatTheModelRendersAndTheFramesBetween(
        string rate, int between)
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied);
        var most = Desk.Accompanied.MaximumFrameCount;
        most += between * (most - 1);
        Assert.True(FrameRate.TryParse(rate, out var filmRate));

        var longest = await desk.ReadAsync(OfLength($"{most}f", filmRate));
        var longer = await desk.ReadAsync(OfLength($"{most + 1}f", filmRate));

        Assert.Empty(longest.Faults);
        Assert.Equal("shot-too-long", Assert.Single(longer.Faults).Code);
    }

    [Theory]
    [InlineData("8", 0)]
    [InlineData("16", 1)]
    public async Task Plan_ShotWithoutRoomForTheFramesItGoesOnFrom_IsWarnedOf(
        string rate, int between)
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied);
        var most = Desk.Accompanied.MaximumFrameCount - 5;
        most += between * (most - 1);

        var longest = await desk.ReadAsync(ScriptFormat.Text, Chain($"{most}f"));
        var longer = await desk.ReadAsync(ScriptFormat.Text, Chain($"{most + 1}f"));

        Assert.Empty(longest.Faults);
        var fault = Assert.Single(longer.Faults);
        Assert.Equal(
            (FaultSeverity.Warning, "movement-lost", "line 4"),
            (fault.Severity, fault.Code, fault.Place));

        string Chain(string length) =>
            $"a boat [[film: fps {rate}, 5f]]\n[[shot: id a]]\n\n"
            + $"a storm [[shot: continues a, {length}]]";
    }

    [Fact]
    public async Task Plan_LoopOfTooFewFrames_IsRejected()
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied);

        var shortest = await desk.ReadAsync(ScriptFormat.Text, "a boat [[shot: 5f, loop]]");
        var shorter = await desk.ReadAsync(ScriptFormat.Text, "a boat\n[[shot: 4f, loop]]");

        Assert.Empty(shortest.Faults);
        var fault = Assert.Single(shorter.Faults);
        Assert.Equal(("loop-too-short", "line 2"), (fault.Code, fault.Place));
    }

    [Fact]
    public async Task Plan_Takes_NearestCountsAndOneIsUsual()
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied);
        var film = Desk.Film("a boat", "a train");
        film = film with
        {
            Defaults = new() { Takes = 4 },
            Shots = [film.Shots[0], film.Shots[1] with { Takes = 2 }],
        };

        var set = await desk.PlanAsync(film);
        var unset = await desk.PlanAsync(Desk.Film("a boat"));

        Assert.Equal([4, 2], set.Shots.Select(shot => shot.Task.TakeCount));
        Assert.Equal(1, unset.Shots[0].Task.TakeCount);
    }

    [Fact]
    public async Task Plan_TakesWithoutAScorer_AreRejectedButOneIsNot()
    {
        using var desk = await Desk.OpenAsync(Desk.Bare);
        var film = Desk.Film("a boat", "a train");
        film = film with
        {
            Shots = [film.Shots[0] with { Takes = 1 }, film.Shots[1] with { Takes = 2 }],
        };

        var fault = Assert.Single((await desk.ReadAsync(film)).Faults);

        Assert.Equal(("takes-not-scored", "$.shots[1].takes"), (fault.Code, fault.Place));
    }

    [Fact]
    public async Task Plan_Loop_IsOfItsShotAlone()
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied);
        var film = await desk.PlanAsync(
            ScriptFormat.Text, "a boat\n[[shot: loop, crossfade 3f]]\n\na train");

        Assert.Equal([true, false], film.Shots.Select(shot => shot.Task.Loop));
    }

    [Fact]
    public async Task Plan_LoopOfAModelThatHasNone_IsRejected()
    {
        using var desk = await Desk.OpenAsync(
            Desk.Flipbook with { Tasks = ["text-to-video"] });

        var reading = await desk.ReadAsync(ScriptFormat.Text, "a boat [[shot: loop]]");

        var fault = Assert.Single(reading.Faults);
        Assert.Equal(("task-not-supported", "line 1"), (fault.Code, fault.Place));
        Assert.Contains("cannot do loop", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_ManifestThatNamesNoCompanions_HasNone()
    {
        using var desk = await Desk.OpenAsync();
        var manifest = JsonSerializer.SerializeToNode(
            Desk.Accompanied with { Name = "old" }, FarmJson.Options)!.AsObject();
        foreach (var name in new[] { "upscale", "interpolation", "scoresTakes", "draftStepCount" })
        {
            Assert.True(manifest.Remove(name));
        }

        await desk.Store.PutIfAbsentAsync(
            ObjectKeys.ModelManifest("old"),
            Encoding.UTF8.GetBytes(manifest.ToJsonString()),
            "application/json",
            default);

        var spec = await desk.PlanAsync(Desk.Film("a boat") with { Model = "old" });

        Assert.Equal(
            (new FrameSize(160, 96), new FrameRate(8, 1)), (spec.Size, spec.FrameRate));
    }

    [Fact]
    public async Task Plan_ManifestWithAFactorBelowOne_IsAFaultAndNoCrash()
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied with { Interpolation = 0 });

        var reading = await desk.ReadAsync(Desk.Film("a boat"));

        Assert.Equal("model-broken", Assert.Single(reading.Faults).Code);
    }

    [Fact]
    public async Task Plan_NewSettings_NameOtherPixels()
    {
        using var desk = await Desk.OpenAsync(Desk.Accompanied);
        var film = Desk.Film("a boat");
        Storyboard[] films =
        [
            film,
            film with { Draft = true },
            film with { Defaults = new() { Takes = 2 } },
            film with { Defaults = new() { Size = new FrameSize(160, 96) } },
            film with { Defaults = new() { FrameRate = new FrameRate(8, 1) } },
            film with { Shots = [film.Shots[0] with { Loop = true }] },
        ];

        var keys = new List<string>();
        foreach (var other in films)
        {
            keys.Add((await desk.PlanAsync(other)).Shots[0].Task.RenderKey);
        }

        Assert.Equal(keys.Count, keys.Distinct().Count());
    }

    private static Storyboard OfLength(string length, FrameRate rate) =>
        Desk.Film("a boat") with { Defaults = new() { Length = length, FrameRate = rate } };

    private static FrameSize Size(string text)
    {
        Assert.True(FrameSize.TryParse(text, out var size));
        return size;
    }
}
