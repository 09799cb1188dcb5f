using RenderFarm.Broker.Jobs;
using RenderFarm.Broker.Tests.Jobs;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Broker.Tests.Planning;

public sealed class JobPlanTests
{
    [Fact]
    public async Task Plan_NothingSet_ModelDecides()
    {
        using var desk = await Desk.OpenAsync(Desk.Bare);

        var spec = await desk.PlanAsync(Desk.Film("a boat"));

        var task = spec.Shots[0].Task;
        Assert.Equal((new FrameSize(160, 96), new FrameRate(8, 1)), (task.Size, task.FrameRate));
        Assert.Equal(
            (1, 1, 1, false), (task.Upscale, task.Interpolation, task.TakeCount, task.Loop));
        var model = Desk.Bare;
        Assert.Equal(
            (model.DefaultFrameCount, model.DefaultStepCount, model.DefaultGuidanceScale),
            (task.FrameCount, task.StepCount, task.GuidanceScale));
        Assert.Equal(("euler", "", "a boat"), (task.Sampler, task.NegativePrompt, task.Prompt));
        Assert.Equal(("flipbook", "cpu-fp32"), (task.Model, task.NumericsProfile));
        Assert.Equal("shot-1", spec.Shots[0].ShotId);
    }

    [Fact]
    public async Task Plan_ShotAndFilmSet_NearestCounts()
    {
        using var desk = await Desk.OpenAsync();
        var film = new Storyboard
        {
            Defaults = new()
            {
                Length = "8f",
                FrameRate = new FrameRate(8, 1),
                Steps = 4,
                Guidance = 2,
                NegativePrompt = "rain",
                Camera = "pan left",
            },
            Shots =
            [
                new() { Prompt = "a boat" },
                new()
                {
                    Prompt = "a train.",
                    Length = "1s",
                    Steps = 5,
                    Guidance = 1,
                    NegativePrompt = "",
                    Camera = "the camera slowly zooms in",
                    Seed = 9,
                },
            ],
        };

        var spec = await desk.PlanAsync(film);

        var (first, second) = (spec.Shots[0].Task, spec.Shots[1].Task);
        Assert.Equal((8, 4, 2.0), (first.FrameCount, first.StepCount, first.GuidanceScale));
        Assert.Equal(("a boat, pan left", "rain"), (first.Prompt, first.NegativePrompt));
        Assert.Equal((8, 5, 1.0), (second.FrameCount, second.StepCount, second.GuidanceScale));
        Assert.Equal(("a train, slow zoom in", ""), (second.Prompt, second.NegativePrompt));
        Assert.Equal(9, second.Seed);
    }

    [Theory]
    [InlineData("2s", "8", 16)]
    [InlineData("1s", "24000/1001", 24)]
    [InlineData("1.3s", "24000/1001", 31)]
    [InlineData("1s", "30000/1001", 30)]
    [InlineData("0.01s", "8", 1)]
    [InlineData("17f", "24000/1001", 17)]
    public async Task Plan_Length_IsFramesAtTheFilmsRate(string length, string rate, int frames)
    {
        using var desk = await Desk.OpenAsync();
        Assert.True(FrameRate.TryParse(rate, out var filmRate));
        var film = Desk.Film("a boat") with
        {
            Defaults = new() { Length = length, FrameRate = filmRate },
        };

        var spec = await desk.PlanAsync(film);

        Assert.Equal(frames, spec.Shots[0].Task.FrameCount);
    }

    [Fact]
    public async Task Plan_RateNotInLowestTerms_IsTheSameFilm()
    {
        using var desk = await Desk.OpenAsync();
        var film = Desk.Film("a boat");

        var plain = await desk.PlanAsync(
            film with { Defaults = new() { FrameRate = new FrameRate(8, 1) } });
        var doubled = await desk.PlanAsync(
            film with { Defaults = new() { FrameRate = new FrameRate(16, 2) } });

        Assert.Equal(plain.Shots[0].Task, doubled.Shots[0].Task);
    }

    [Theory]
    [InlineData(TransitionKind.Cut, 0, 32, 0)]
    [InlineData(TransitionKind.CrossFade, 5, 27, 5)]
    [InlineData(TransitionKind.CrossFade, 0, 28, 4)]
    [InlineData(TransitionKind.Fade, 0, 32, 4)]
    [InlineData(TransitionKind.CrossFade, 16, 16, 16)]
    public async Task Plan_Transition_FilmIsShorterByTheOverlap(
        TransitionKind kind, int frames, int filmFrames, int joinFrames)
    {
        using var desk = await Desk.OpenAsync();
        var film = Desk.Film("a boat", "a train") with
        {
            Defaults = new()
            {
                Length = "16f",
                FrameRate = new FrameRate(8, 1),
                Transition = new() { Kind = kind, FrameCount = frames },
            },
        };

        var spec = await desk.PlanAsync(film);

        Assert.Equal(filmFrames, spec.FrameCount);
        Assert.Equal(joinFrames, spec.Shots[0].Transition.FrameCount);
        Assert.Equal(Transition.Cut, spec.Shots[1].Transition);
    }

    [Fact]
    public async Task Plan_ContinuesALaterShot_ItsKeyComesFirst()
    {
        using var desk = await Desk.OpenAsync();
        var film = new Storyboard
        {
            Shots =
            [
                new()
                {
                    Prompt = "a train",
                    StartKeyframe = new() { Continues = "late" },
                    EndKeyframe = new() { Continues = "last" },
                },
                new() { Id = "late", Prompt = "a boat" },
                new() { Id = "last", Prompt = "birds" },
            ],
        };

        var spec = await desk.PlanAsync(film);

        Assert.Equal([1, 2], spec.Shots[0].DependsOn);
        Assert.Equal(spec.Shots[1].Task.RenderKey, spec.Shots[0].Task.Start!.LastFrameOf);
        Assert.Equal(spec.Shots[2].Task.RenderKey, spec.Shots[0].Task.End!.LastFrameOf);
    }

    [Fact]
    public async Task Plan_ModelWithoutEndFrames_SaysWhatItCannot()
    {
        using var desk = await Desk.OpenAsync();
        await desk.AddModelAsync(
            Desk.Flipbook with { Name = "plain", Tasks = ["text-to-video"] });
        var film = new Storyboard
        {
            Model = "plain",
            Shots =
            [
                new() { Id = "a", Prompt = "a boat" },
                new() { Prompt = "a train", EndKeyframe = new() { Continues = "a" } },
            ],
        };

        var reading = await desk.ReadAsync(film);

        var fault = Assert.Single(reading.Faults);
        Assert.Equal(("task-not-supported", "$.shots[1].endKeyframe"), (fault.Code, fault.Place));
    }

    [Fact]
    public async Task Plan_FilmLongerThanTheLimit_IsRejected()
    {
        using var desk = await Desk.OpenAsync(new JobReaderOptions { MaxFilmFrames = 33 });

        var reading = await desk.ReadAsync(Desk.Film("a boat", "a train"));

        Assert.Equal("film-too-long", Assert.Single(reading.Faults).Code);
    }

    [Fact]
    public async Task Plan_SameCommandUnderAnotherName_HasTheSameRequestDigest()
    {
        using var desk = await Desk.OpenAsync();
        var command = new SubmitJob { JobId = "one", Prompt = "a boat" };
        var token = TestContext.Current.CancellationToken;

        var first = Desk.Spec(await desk.Reader.ReadAsync(command, token));
        var second = Desk.Spec(await desk.Reader.ReadAsync(command with { JobId = "two" }, token));
        var other = command with { Prompt = "birds" };
        var third = Desk.Spec(await desk.Reader.ReadAsync(other, token));

        Assert.Equal(first.RequestSha256, second.RequestSha256);
        Assert.NotEqual(first.RequestSha256, third.RequestSha256);
        Assert.Equal(("one", "studio"), (first.JobId, first.TenantId));
        Assert.Equal(desk.Time.GetUtcNow(), first.AcceptedAt);
    }

    [Fact]
    public async Task Plan_ManifestChanged_IsReadAgainAfterItsAge()
    {
        using var desk = await Desk.OpenAsync();
        var key = ObjectKeys.ModelManifest("flipbook");
        var token = TestContext.Current.CancellationToken;
        var film = Desk.Film("a boat");
        await desk.PlanAsync(film);
        await desk.Store.DeleteAsync(key, token);
        await desk.AddModelAsync(Desk.Flipbook with { DefaultStepCount = 3 });

        var soon = await desk.PlanAsync(film);
        desk.Time.Move(new JobReaderOptions().ManifestAge);
        var later = await desk.PlanAsync(film);

        Assert.Equal(Desk.Flipbook.DefaultStepCount, soon.Shots[0].Task.StepCount);
        Assert.Equal(3, later.Shots[0].Task.StepCount);
    }

    [Fact]
    public async Task Plan_BrokenManifest_IsAFaultAndNoCrash()
    {
        using var desk = await Desk.OpenAsync();
        await desk.Store.PutIfAbsentAsync(
            ObjectKeys.ModelManifest("torn"),
            "{\"name\":"u8.ToArray(),
            "application/json",
            default);

        var reading = await desk.ReadAsync(Desk.Film("a boat") with { Model = "torn" });

        Assert.Equal("model-broken", Assert.Single(reading.Faults).Code);
    }
}
