using System.Text.Json;
using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Bus;
using StackExchange.Redis;
using Xunit;

namespace RenderFarm.Broker.Tests.Intake;

/// <summary>Whole jobs, from the storyboard to the report, with everything running.</summary>
public sealed class WholeJobTests(RedisFixture redis)
    : IClassFixture<RedisFixture>, IDisposable
{
    private readonly string folder =
        Directory.CreateTempSubdirectory("renderfarm-whole-").FullName;

    private static readonly SubmitJob Film = new()
    {
        JobId = "film-1",
        Storyboard = new Storyboard
        {
            Title = "The ball",
            Shots =
            [
                new StoryboardShot { Id = "one", Prompt = "a red ball rolls" },
                new StoryboardShot
                {
                    Id = "two",
                    Prompt = "a difficult blue ball",
                    StartKeyframe = new Keyframe { Continues = "one" },
                },
                new StoryboardShot { Id = "three", Prompt = "a green ball" },
            ],
        },
    };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Job_ChainAndAFailedAttempt_BecomesAFilm()
    {
        await using var farm = await TestFarm.StartAsync(
            folder, workerCount: 2, ("Broker:FirstDelay", "00:00:00.100"));
        await using var events = await farm.ListenAsync("film-1");

        var answer = await farm.Intake.SubmitAsync(Film, default);
        var heard = await TestFarm.ReadUntilAsync(events, nameof(JobCompleted));
        var snapshot = await farm.AskAsync("film-1");

        Assert.NotNull(answer.Accepted);
        Assert.Equal(JobStatus.Completed, snapshot.Status);
        Assert.Equal([1, 2, 1], snapshot.Shots.Select(s => s.AttemptCount));
        Assert.NotNull(snapshot.Files);
        Assert.Equal(3, heard.Count(e => e.Type == nameof(ShotRendered)));
        Assert.Single(heard, e => e.Type == nameof(ShotFailed));
        Assert.Equal(Enumerable.Range(1, 6), Sequences(heard));
        var last = JsonSerializer.Deserialize<JobCompleted>(
            heard[^1].Body.Span, FarmJson.Options)!;
        Assert.Equal((3, 0), (last.RenderedShotCount, last.CachedShotCount));
    }

    [Fact]
    public async Task Job_SameFilmUnderAnotherName_RendersNothing()
    {
        await using var farm = await TestFarm.StartAsync(
            folder, workerCount: 1, ("Broker:FirstDelay", "00:00:00.100"));
        await using var first = await farm.ListenAsync("film-1");
        await using var second = await farm.ListenAsync("film-2");
        await farm.Intake.SubmitAsync(Film, default);
        await TestFarm.ReadUntilAsync(first, nameof(JobCompleted));

        var answer = await farm.Intake.SubmitAsync(Film with { JobId = "film-2" }, default);
        await TestFarm.ReadUntilAsync(second, nameof(JobCompleted));

        Assert.Equal(3, answer.Accepted!.CachedShotCount);
    }

    [Fact]
    public async Task Job_BrokerRestartsOnRedis_GoesOnWhereItWas()
    {
        var url = await redis.FreshUrlAsync();
        (string, string)[] settings =
        [
            ("Redis:Url", url),
            ("Broker:FirstDelay", "00:00:00.100"),
            ("Broker:ClaimTime", "00:00:01"),
            ("Broker:SweepPeriod", "00:00:00.200"),
            ("Broker:ResumeJobs", "false"),
        ];
        await using (var idle = await TestFarm.StartAsync(folder, workerCount: 0, settings))
        {
            Assert.NotNull((await idle.Intake.SubmitAsync(Film, default)).Accepted);
        }

        await using var farm = await TestFarm.StartAsync(folder, workerCount: 1, settings);
        var snapshot = await CompletedAsync(farm);
        Assert.Equal([1, 2, 1], snapshot.Shots.Select(s => s.AttemptCount));
    }

    [Fact]
    public async Task Job_PausedAndResumed_BecomesAFilm()
    {
        await using var farm = await TestFarm.StartAsync(folder, workerCount: 1);
        await using var events = await farm.ListenAsync("film-1");
        await farm.Intake.SubmitAsync(
            Film with { Storyboard = Of("a slow red ball", "a blue ball") }, default);
        await TestFarm.ReadUntilAsync(events, nameof(ShotProgressed));

        var paused = await farm.Intake.PauseAsync(new PauseJob { JobId = "film-1" }, default);
        var letGo = await UntilAsync(
            farm, job => job.Shots.All(shot => shot.Status != ShotStatus.Leased));
        await farm.Intake.ResumeAsync(new ResumeJob { JobId = "film-1" }, default);
        var heard = await TestFarm.ReadUntilAsync(events, nameof(JobCompleted));

        Assert.Equal(JobStatus.Paused, paused.Snapshot!.Status);
        Assert.Equal((JobStatus.Paused, 2), (letGo.Status, letGo.LeftCount));
        Assert.Equal(
            [nameof(JobPaused), nameof(JobResumed), nameof(JobCompleted)],
            heard.Select(e => e.Type)
                .Where(type => type.StartsWith("Job", StringComparison.Ordinal)));
        Assert.DoesNotContain(heard, e => e.Type == nameof(ShotFailed));
        Assert.Equal(
            [2, 1], (await farm.AskAsync("film-1")).Shots.Select(s => s.AttemptCount));
    }

    [Fact]
    public async Task Job_BestEffortWithAnImpossibleShot_BecomesAFilmThatSaysSo()
    {
        await using var farm = await TestFarm.StartAsync(folder, workerCount: 1);
        await using var events = await farm.ListenAsync("film-1");

        await farm.Intake.SubmitAsync(
            Film with
            {
                Storyboard = Of("an impossible red ball", "a blue ball"),
                OnFailedShot = FailedShotRule.Card,
            },
            default);
        var heard = await TestFarm.ReadUntilAsync(events, nameof(JobCompleted));

        var completed = JsonSerializer.Deserialize<JobCompleted>(
            heard[^1].Body.Span, FarmJson.Options)!;
        Assert.Equal((1, 1), (completed.RenderedShotCount, completed.MissingShotCount));
        Assert.Equal("shot-1", Assert.Single(completed.MissingShots).ShotId);
        Assert.Single(heard, e => e.Type == nameof(ShotMissed));
    }

    [Fact]
    public async Task Job_RedisFlushedUnderARunningBroker_IsRebuiltAndBecomesAFilm()
    {
        var url = await redis.FreshUrlAsync();
        (string, string)[] settings =
        [
            ("Redis:Url", url),
            ("Broker:FirstDelay", "00:00:00.100"),
            // A ticket that the first farm sent is lost with its bus in memory.
            ("Broker:ClaimTime", "00:00:01"),
            ("Broker:AdoptionTime", "00:00:00"),
            ("Broker:EpochPeriod", "00:00:00.100"),
        ];
        await using (var idle = await TestFarm.StartAsync(folder, workerCount: 0, settings))
        {
            Assert.NotNull((await idle.Intake.SubmitAsync(Film, default)).Accepted);
            using var connection = await ConnectionMultiplexer.ConnectAsync(
                new RedisOptions { Url = url }.Read());
            await connection.GetDatabase().ExecuteAsync("FLUSHDB");

            var rebuilt = await idle.AskAsync("film-1");
            Assert.Equal((JobStatus.Rendering, 3), (rebuilt.Status, rebuilt.LeftCount));
            await connection.GetDatabase().ExecuteAsync("FLUSHDB");
        }

        await using var farm = await TestFarm.StartAsync(folder, workerCount: 2, settings);
        await CompletedAsync(farm);
    }

    private static Storyboard Of(params string[] prompts) => new()
    {
        Shots = [.. prompts.Select(prompt => new StoryboardShot { Prompt = prompt })],
    };

    /// <summary>Asks until the job is as it should be, for a minute at most.</summary>
    private static async Task<JobSnapshot> UntilAsync(
        TestFarm farm, Func<JobSnapshot, bool> isSo)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            late.Token.ThrowIfCancellationRequested();
            var snapshot = await farm.AskAsync("film-1");
            if (isSo(snapshot))
            {
                return snapshot;
            }
        }
    }

    /// <summary>Waits for the end of the job, whether or not it is there already.</summary>
    private static async Task<JobSnapshot> CompletedAsync(TestFarm farm)
    {
        await using var events = await farm.ListenAsync("film-1");
        var snapshot = await farm.AskAsync("film-1");
        if (snapshot.Status != JobStatus.Completed)
        {
            await TestFarm.ReadUntilAsync(events, nameof(JobCompleted));
            snapshot = await farm.AskAsync("film-1");
        }

        Assert.Equal(JobStatus.Completed, snapshot.Status);
        return snapshot;
    }

    private static IEnumerable<int> Sequences(IEnumerable<FarmEvent> heard)
    {
        foreach (var farmEvent in heard.Where(e => e.Type != nameof(ShotProgressed)))
        {
            using var json = JsonDocument.Parse(farmEvent.Body);
            yield return json.RootElement.GetProperty("sequence").GetInt32();
        }
    }
}
