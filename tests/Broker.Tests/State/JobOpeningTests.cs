using RenderFarm.Broker.State;
using RenderFarm.Contracts.Shots;
using Xunit;

namespace RenderFarm.Broker.Tests.State;

public sealed class JobOpeningTests
{
    [Fact]
    public void Open_ChainAndBranch_KnowsWhoWaitsForWhom()
    {
        // 0 <- 1 <- 2, and 3 continues 0, too.
        var opening = Open([[], [0], [1], [0]]);

        Assert.Equal(
            [ShotStatus.Ready, ShotStatus.Waiting, ShotStatus.Waiting, ShotStatus.Waiting],
            opening.Shots.Select(s => s.Status));
        Assert.Equal([1, 3], opening.Shots[0].Dependents);
        Assert.Equal([2, 1, 0, 0], opening.Shots.Select(s => s.Depth));
        Assert.Equal(4, opening.Job.LeftCount);
    }

    [Fact]
    public void Open_CachedUpstream_FreesWhatContinuesIt()
    {
        var opening = Open([[], [0], [1]], cached: [0]);

        Assert.Equal(
            [ShotStatus.Rendered, ShotStatus.Ready, ShotStatus.Waiting],
            opening.Shots.Select(s => s.Status));
        Assert.Equal((2, 1), (opening.Job.LeftCount, opening.Job.CachedCount));
        Assert.Equal(2, opening.Outgoing.Count);
    }

    [Fact]
    public void Open_EverythingCached_CanBeStitched()
    {
        var opening = Open([[], [0]], cached: [0, 1]);

        Assert.True(opening.Job.CanBeStitched);
    }

    [Fact]
    public void Open_SameFootageTwice_WaitsForTheFirst()
    {
        var spec = Films.Spec("job-1", [], []);
        var same = spec.Shots[1] with { Task = spec.Shots[0].Task };

        var opening = JobOpening.Open(
            spec with { Shots = [spec.Shots[0], same] },
            new Dictionary<string, Clip>(),
            [],
            Films.Noon);

        Assert.Equal(
            [ShotStatus.Ready, ShotStatus.Waiting], opening.Shots.Select(s => s.Status));
        Assert.Equal([1], opening.Shots[0].Dependents);
    }

    [Fact]
    public void Open_CutThatHasACard_CountsTheShotAsMissing()
    {
        var clip = Films.Clip(Films.RenderKey("job-1", 0), "old");

        var opening = JobOpening.Open(
            Films.Spec("job-1", [], []),
            new Dictionary<string, Clip> { [clip.RenderKey] = clip },
            [],
            Films.Noon,
            isCut: true);

        Assert.Equal(
            [ShotStatus.Rendered, ShotStatus.Failed], opening.Shots.Select(s => s.Status));
        Assert.Equal((0, 1), (opening.Job.LeftCount, opening.Job.MissingCount));
        Assert.True(opening.Job.CanBeStitched);
    }

    [Fact]
    public void OfJob_Order_IsLeftWithAge()
    {
        var job = Films.Job(leftCount: 5);
        JobState[] inOrder =
        [
            job with { LeftCount = 1 },
            job with { LeftCount = 6, AcceptedAt = Films.Noon - TimeSpan.FromSeconds(5) },
            job,
            job with { AcceptedAt = Films.Noon + TimeSpan.FromSeconds(1) },
            job with { EstimatedGpuTime = TimeSpan.FromSeconds(100) },
        ];

        var scores = inOrder.Select(DispatchOrder.OfJob).ToList();

        Assert.Equal(scores.Order(), scores);
        Assert.Equal(scores.Count, scores.Distinct().Count());
    }

    [Fact]
    public void OfShot_Order_IsLongestChainThenFilmOrder()
    {
        var shot = Films.Shot(ShotStatus.Ready);
        ShotState[] inOrder =
        [
            shot with { ShotIndex = 9, Depth = 3 },
            shot with { ShotIndex = 4, Depth = 1 },
            shot with { ShotIndex = 2 },
            shot with { ShotIndex = 3 },
            shot with { ShotIndex = 100_000 },
        ];

        var scores = inOrder.Select(DispatchOrder.OfShot).ToList();

        Assert.Equal(scores.Order(), scores);
        Assert.Equal(scores.Count, scores.Distinct().Count());
    }

    private static Ruling Open(int[][] dependsOn, int[]? cached = null)
    {
        var clips = (cached ?? []).Select(i => Films.Clip(Films.RenderKey("job-1", i), "old"))
            .ToDictionary(clip => clip.RenderKey);
        return JobOpening.Open(Films.Spec("job-1", dependsOn), clips, [], Films.Noon);
    }
}
