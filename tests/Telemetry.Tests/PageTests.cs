using Xunit;

namespace RenderFarm.Telemetry.Tests;

/// <summary>The pages that Prometheus reads, and what they tell.</summary>
[Collection(FarmCollection.Name)]
public sealed class PageTests(MeasuredFarm farm)
{
    /// <summary>Names of .NET's and MassTransit's own, which are not ours to choose.</summary>
    private static readonly string[] Others =
        ["dotnet_", "http_", "messaging_", "process_", "target_info"];

    [Theory]
    [InlineData("broker")]
    [InlineData("stitcher")]
    [InlineData("worker-1")]
    [InlineData("worker-2")]
    public async Task Page_AsPromtoolReadsIt_KeepsTheConventions(string service)
    {
        var page = await farm.GetAsync(farm.Pages()[service]);

        var (_, output) = await Tool.RunAsync("promtool", "/", page, "check", "metrics");

        var faults = output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !Others.Any(o => line.StartsWith(o, StringComparison.Ordinal)));
        Assert.Empty(faults);
        Assert.Contains("# TYPE renderfarm_", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_AfterThreeFilms_NameNoJobAndNoPrompt()
    {
        foreach (var address in farm.Pages().Values)
        {
            var page = await farm.GetAsync(address);

            Assert.DoesNotContain("measured-", page, StringComparison.Ordinal);
            Assert.DoesNotContain("lighthouse", page, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("sum(renderfarm_shots_rendered_total{source='rendered'})", 6)]
    [InlineData("sum(renderfarm_shots_rendered_total{source='cache'})", 3)]
    [InlineData("sum(renderfarm_frames_rendered_total)", 45)]
    [InlineData("sum(renderfarm_film_time_seconds_total)", 45 / 8.0)]
    [InlineData("sum(renderfarm_jobs_accepted_total)", 3)]
    [InlineData("sum(renderfarm_jobs_ended_total{status='completed'})", 3)]
    [InlineData("sum(renderfarm_jobs_ended_total{status='failed'})", 0)]
    [InlineData("sum(renderfarm_attempts_granted_total{kind='first'})", 6)]
    [InlineData("sum(renderfarm_stitcher_reels_total)", 3)]
    [InlineData("sum(renderfarm_ready_gpu_seconds)", 0)]
    [InlineData("sum(max by (state) (renderfarm_film_shots))", 3)]
    public async Task Count_AfterThreeFilmsAndALostWorker_IsWhatHappened(
        string expression, double expected) =>
        Assert.Equal(expected, await farm.Prometheus.QueryAsync(expression));

    [Theory]
    [InlineData("sum(renderfarm_attempts_granted_total{kind='retry'})")]
    [InlineData("sum(renderfarm_broker_attempts_failed_total{error='LeaseExpired'})")]
    [InlineData("max_over_time(sum(renderfarm_ready_gpu_seconds)[5m:1s])")]
    [InlineData("sum(renderfarm_gpu_time_seconds_total{outcome='accepted'})")]
    [InlineData("sum(renderfarm_gpu_time_seconds_total{outcome='lost'})")]
    [InlineData("sum(renderfarm_worker_compute_time_seconds_total)")]
    [InlineData("max(renderfarm_frame_cost_seconds)")]
    [InlineData("sum(renderfarm_queue_wait_seconds_sum)")]
    public async Task Sum_AfterThreeFilmsAndALostWorker_IsMoreThanNothing(string expression) =>
        Assert.True(await farm.Prometheus.QueryAsync(expression) > 0);
}
