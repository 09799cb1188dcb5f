using RenderFarm.Broker.Planning;
using RenderFarm.Broker.Tests.Jobs;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using Xunit;

namespace RenderFarm.Broker.Tests.Planning;

public sealed class KeyStabilityTests
{
    [Fact]
    public async Task Fountain_OneLineEdited_ChangesOneKey()
    {
        using var desk = await Desk.OpenAsync();
        var path = Path.Combine(Desk.Examples, "lighthouse.fountain");
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        var edited = text.Replace("white lighthouse", "tall lighthouse", StringComparison.Ordinal);
        Assert.NotEqual(text, edited);

        var before = Keys(await desk.PlanAsync(ScriptFormat.Fountain, text));
        var after = Keys(await desk.PlanAsync(ScriptFormat.Fountain, edited));

        Assert.Equal([2], Changed(before, after));
    }

    [Fact]
    public async Task Shots_OneInserted_KeepTheirKeys()
    {
        using var desk = await Desk.OpenAsync();

        var before = Keys(await desk.PlanAsync(Desk.Film("a boat", "a train", "birds")));
        var after = Keys(await desk.PlanAsync(Desk.Film("a house", "a boat", "a train", "birds")));

        Assert.Equal(before, after[1..]);
    }

    [Fact]
    public async Task Shots_MovedOrDropped_KeepTheirKeys()
    {
        using var desk = await Desk.OpenAsync();

        var before = Keys(await desk.PlanAsync(Desk.Film("a boat", "a train", "birds")));
        var after = Keys(await desk.PlanAsync(Desk.Film("birds", "a boat")));

        Assert.Equal([before[2], before[0]], after);
    }

    [Fact]
    public async Task Film_WhatDecidesNoPixels_KeepsEveryKey()
    {
        using var desk = await Desk.OpenAsync();
        var film = Desk.Film("a boat", "a train");
        var renamed = film with
        {
            Title = "Another title",
            Codec = ReelCodec.Av1,
            Defaults = new ShotSettings
            {
                Transition = new() { Kind = TransitionKind.CrossFade, FrameCount = 2 },
            },
            Shots = [film.Shots[0] with { Id = "first" }, film.Shots[1] with { Id = "second" }],
        };

        var before = Keys(await desk.PlanAsync(film));
        var other = await desk.Reader.ReadAsync(
            new SubmitJob { JobId = "x", Priority = JobPriority.Batch, Storyboard = renamed },
            TestContext.Current.CancellationToken);

        Assert.Equal(before, Keys(Desk.Spec(other)));
    }

    [Fact]
    public async Task Reuse_OfOneShot_ChangesItsKeyAloneUnlessItIsNone()
    {
        using var desk = await Desk.OpenAsync();
        var film = Desk.Film("a boat", "a train");
        Storyboard With(double reuse) =>
            film with { Shots = [film.Shots[0] with { Reuse = reuse }, film.Shots[1]] };

        var before = Keys(await desk.PlanAsync(film));
        var off = await desk.PlanAsync(With(0));
        var on = await desk.PlanAsync(With(0.05));

        Assert.Equal(before, Keys(off));
        Assert.Equal([0], Changed(before, Keys(on)));
        Assert.Equal([0.05, null], on.Shots.Select(shot => shot.Task.ReuseThreshold));
    }

    [Fact]
    public async Task Reuse_OfTheFilm_IsThatOfEveryShotWithoutOneAndOfNoDraft()
    {
        using var desk = await Desk.OpenAsync(Desk.Flipbook with { DraftStepCount = 4 });
        var film = Desk.Film("a boat", "a train") with { Defaults = new() { Reuse = 0.05 } };
        film = film with { Shots = [film.Shots[0], film.Shots[1] with { Reuse = 0 }] };

        var whole = await desk.PlanAsync(film);
        var draft = await desk.PlanAsync(film with { Draft = true });

        Assert.Equal([0.05, null], whole.Shots.Select(shot => shot.Task.ReuseThreshold));
        Assert.All(draft.Shots, shot => Assert.Null(shot.Task.ReuseThreshold));
    }

    [Fact]
    public async Task Chain_FirstShotEdited_ChangesTheShotsThatContinueIt()
    {
        using var desk = await Desk.OpenAsync();

        var before = Keys(await desk.PlanAsync(Chain("a boat")));
        var after = Keys(await desk.PlanAsync(Chain("a ship")));

        Assert.Equal([0, 1, 2], Changed(before, after));
        Assert.Equal(before[3], after[3]);
    }

    [Fact]
    public async Task Film_AnotherSeed_ChangesEveryKeyThatHasNoSeedOfItsOwn()
    {
        using var desk = await Desk.OpenAsync();
        var film = Desk.Film("a boat", "a train");
        film = film with { Shots = [film.Shots[0], film.Shots[1] with { Seed = 5 }] };

        var before = Keys(await desk.PlanAsync(film));
        var after = Keys(await desk.PlanAsync(film with { Defaults = new() { Seed = 1 } }));

        Assert.Equal([0], Changed(before, after));
    }

    [Fact]
    public void Derive_Seed_IsPinned()
    {
        Assert.Equal(3_993_454_862, ShotSeed.Derive(0, "a lighthouse at dusk"));
    }

    [Fact]
    public async Task Model_AnotherDigest_ChangesEveryKey()
    {
        using var desk = await Desk.OpenAsync();
        using var other = await Desk.OpenAsync();
        var film = Desk.Film("a boat") with { Model = "flipbook-2" };
        await desk.AddModelAsync(Desk.Flipbook with { Name = "flipbook-2" });
        await other.AddModelAsync(
            Desk.Flipbook with { Name = "flipbook-2", Digest = new string('0', 64) });

        var left = Keys(await desk.PlanAsync(film));
        var right = Keys(await other.PlanAsync(film));

        Assert.NotEqual(left, right);
        Assert.Equal(left, Keys(await desk.PlanAsync(film with { Model = null })));
    }

    private static Storyboard Chain(string first) => new()
    {
        Shots =
        [
            new StoryboardShot { Id = "a", Prompt = first },
            new StoryboardShot
            {
                Id = "b",
                Prompt = "a storm",
                StartKeyframe = new() { Continues = "a" },
            },
            new StoryboardShot
            {
                Id = "c",
                Prompt = "calm water",
                StartKeyframe = new() { Continues = "b" },
            },
            new StoryboardShot { Id = "d", Prompt = "birds" },
        ],
    };

    private static List<string> Keys(JobSpec spec) =>
        [.. spec.Shots.Select(shot => shot.Task.RenderKey)];

    private static IEnumerable<int> Changed(List<string> before, List<string> after) =>
        Enumerable.Range(0, before.Count).Where(index => before[index] != after[index]);
}
