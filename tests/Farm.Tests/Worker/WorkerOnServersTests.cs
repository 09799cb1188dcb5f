using RenderFarm.Contracts.Shots;
using RenderFarm.Farm.Tests.Bus;
using RenderFarm.Servers;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>The worker as a farm runs it: RabbitMQ and S3.</summary>
public sealed class WorkerOnServersTests(LocalServers servers)
{
    [Fact]
    public async Task Shots_OverRabbitAndS3_AreRenderedOneAfterTheOther()
    {
        await using var worker = await StartAsync();
        var first = worker.Shot(seed: 1);
        var second = worker.Shot(seed: 2) with
        {
            Start = new Conditioning { LastFrameOf = first.RenderKey },
        };

        var firstJob = await worker.IssueAsync(first);
        var one = await worker.Broker.NextReportAsync<AttemptCommitted>();
        var secondJob = await worker.IssueAsync(second);
        var two = await worker.Broker.NextReportAsync<AttemptCommitted>();

        Assert.Equal((firstJob, secondJob), (one.JobId, two.JobId));
        Assert.Equal(one.Clip, await worker.AcceptedAsync(first));
        Assert.Equal(two.Clip, await worker.AcceptedAsync(second));
        Assert.Equal(2, worker.Broker.Claims.Count);
    }

    [Fact]
    public async Task Stop_WhileRendering_HandsBackBeforeTheBusGoes()
    {
        await using var worker = await StartAsync();
        var rendering = new TaskCompletionSource(
            TaskCreationOptions.RunContinuationsAsynchronously);
        worker.Broker.Direct = renewal =>
        {
            rendering.TrySetResult();
            return LeaseDirective.Continue;
        };
        var jobId = await worker.IssueAsync(
            worker.Shot(stepCount: 100) with { FrameCount = 33 });
        await rendering.Task.WaitAsync(TimeSpan.FromMinutes(1));

        await worker.StopAsync();

        var report = await worker.Broker.NextReportAsync<AttemptHandedBack>();
        Assert.Equal(jobId, report.JobId);
    }

    private async Task<RunningWorker> StartAsync()
    {
        var worker = new RunningWorker();
        foreach (var (name, value) in await servers.SettingsAsync())
        {
            worker.Settings[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        }

        worker.Settings["Bus:Url"] = await VirtualHost.CreateAsync(servers, default);
        worker.Settings["Storage:S3:Bucket"] = $"worker-{Guid.NewGuid():n}";
        worker.Settings["Worker:GraceTime"] = "00:00:00";
        await worker.InitializeAsync();
        return worker;
    }
}
