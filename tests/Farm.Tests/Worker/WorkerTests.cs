using System.Security.Cryptography;
using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Media;
using RenderFarm.Storage;
using Xunit;
using ModelManifest = RenderFarm.Contracts.Shots.ModelManifest;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>One worker for all tests: what one leaves behind, the next one meets.</summary>
public sealed class WorkerTests(RunningWorker worker) : IClassFixture<RunningWorker>
{
    [Fact]
    public async Task Worker_Started_AnnouncesItsQueuesAndRegistersItsModel()
    {
        var task = worker.Shot();
        await worker.IssueAsync(task);
        await worker.Broker.NextReportAsync<AttemptCommitted>();

        var announced = worker.Broker.Announcements.First();
        var record = await worker.Store.TryGetAsync("models/flipbook.json", 65536, default);
        var manifest = JsonSerializer.Deserialize<ModelManifest>(record, FarmJson.Options)!;

        Assert.Equal("worker-1", announced.WorkerId);
        Assert.Equal([$"render.flipbook.{task.ModelDigest[..12]}.cpu-fp32"], announced.Queues);
        Assert.False(announced.Leaving);
        Assert.Equal(task.ModelDigest, manifest.Digest);
        Assert.Contains("start-frame", manifest.Tasks);
    }

    [Fact]
    public async Task Shot_Granted_IsRenderedCommittedAndReported()
    {
        var task = worker.Shot(seed: 7);
        var jobId = await worker.IssueAsync(task);
        using var folder = new ScratchFolder();

        var report = await worker.Broker.NextReportAsync<AttemptCommitted>();

        var accepted = await worker.AcceptedAsync(task);
        await worker.Store.GetFileAsync(report.Clip.ObjectKey, folder["clip.mp4"], default);
        await worker.Store.GetFileAsync(report.Clip.LastFrameKey, folder["last.png"], default);
        var bytes = await File.ReadAllBytesAsync(folder["clip.mp4"]);
        var last = await new ImageReader(TimeProvider.System)
            .ReadRgbAsync(folder["last.png"], task.Size, default);
        Assert.Equal(jobId, report.JobId);
        Assert.Equal(report.Clip, accepted);
        Assert.Equal(report.AttemptId, report.Clip.AttemptId);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), report.Clip.Sha256);
        Assert.Equal(bytes.Length, report.Clip.ByteCount);
        Assert.Equal(
            task.FrameCount,
            await new ClipInspector(TimeProvider.System)
                .CountFramesAsync(folder["clip.mp4"], default));
        Assert.Equal(worker.Generate(task, null)[^1], last);
        Assert.Empty(Directory.EnumerateFileSystemEntries(worker.ScratchPath));
    }

    [Fact]
    public async Task Shot_GrantedTwice_GivesTheSameClip()
    {
        var first = worker.Shot(seed: 8);
        var second = first with { RenderKey = worker.Shot().RenderKey };

        await worker.IssueAsync(first);
        var one = await worker.Broker.NextReportAsync<AttemptCommitted>();
        await worker.IssueAsync(second);
        var two = await worker.Broker.NextReportAsync<AttemptCommitted>();

        var frames = worker.Generate(first, null);
        Assert.Equal(frames, worker.Generate(second, null));
        Assert.NotEqual(one.AttemptId, two.AttemptId);
        Assert.Equal(one.Clip.FrameCount, two.Clip.FrameCount);
    }

    [Fact]
    public async Task Ticket_RefusedOrUnreadable_IsForgotten()
    {
        var refused = await worker.IssueAsync(task: null);
        await worker.IssueAsync("{ not a ticket"u8.ToArray());
        await worker.IssueAsync("{\"jobId\":null}"u8.ToArray());
        var task = worker.Shot();
        var jobId = await worker.IssueAsync(task);

        var report = await worker.Broker.NextReportAsync<AttemptCommitted>();

        Assert.Equal(jobId, report.JobId);
        Assert.Single(worker.Broker.Claims, claim => claim.JobId == refused);
    }

    [Fact]
    public async Task Ticket_RefusedBecauseItIsSetAside_RestsBeforeTheNext()
    {
        var rest = TimeSpan.FromSeconds(3);
        worker.Broker.RestTime = rest;
        var start = TimeProvider.System.GetTimestamp();
        await worker.IssueAsync(task: null);
        var jobId = await worker.IssueAsync(worker.Shot());

        var report = await worker.Broker.NextReportAsync<AttemptCommitted>();
        worker.Broker.RestTime = null;

        Assert.Equal(jobId, report.JobId);
        Assert.True(TimeProvider.System.GetElapsedTime(start) >= rest);
    }

    [Fact]
    public async Task Claim_Unanswered_GivesTheTicketBackAndIsMadeAgain()
    {
        var task = worker.Shot();
        var jobId = $"job-{Guid.NewGuid():n}";
        worker.Broker.SilentFor.Enqueue(jobId);
        worker.Broker.Offer(jobId, task);
        var ticket = new RenderShot { JobId = jobId, ShotIndex = 0, DispatchId = "dispatch-1" };

        await worker.IssueAsync(JsonSerializer.SerializeToUtf8Bytes(ticket, FarmJson.Options));
        var report = await worker.Broker.NextReportAsync<AttemptCommitted>();

        var claims = worker.Broker.Claims.Where(claim => claim.JobId == jobId).ToList();
        Assert.Equal(2, claims.Count);
        Assert.NotEqual(claims[0].AttemptId, claims[1].AttemptId);
        Assert.Equal(claims[1].AttemptId, report.AttemptId);
    }

    [Theory]
    [InlineData(LeaseDirective.Cancel)]
    [InlineData(LeaseDirective.Lost)]
    public async Task Render_Ended_StopsAtOnceAndLeavesTheNextShotUnharmed(LeaseDirective directive)
    {
        var ended = worker.Shot(seed: 3, stepCount: 100) with { FrameCount = 33 };
        var next = worker.Shot(seed: 4);
        var endedJob = $"job-{Guid.NewGuid():n}";
        worker.Broker.Direct = renewal => renewal.JobId == endedJob && renewal.StepNumber > 0
            ? directive
            : LeaseDirective.Continue;
        worker.Broker.Offer(endedJob, ended);
        var ticket = new RenderShot { JobId = endedJob, ShotIndex = 0, DispatchId = "dispatch-1" };
        await worker.IssueAsync(JsonSerializer.SerializeToUtf8Bytes(ticket, FarmJson.Options));
        var nextJob = await worker.IssueAsync(next);

        var report = await worker.Broker.NextReportAsync<AttemptCommitted>();

        using var folder = new ScratchFolder();
        await worker.Store.GetFileAsync(report.Clip.ObjectKey, folder["clip.mp4"], default);
        var renewals = worker.Broker.Renewals.Where(one => one.JobId == endedJob).ToList();
        Assert.Equal(
            await ClipPrint.OfAsync(worker.Generate(next, null), next),
            ClipPrint.Of(folder["clip.mp4"]));
        Assert.Equal(nextJob, report.JobId);
        Assert.InRange(renewals[^1].StepNumber, 1, ended.StepCount - 1);
        Assert.Null(await worker.AcceptedAsync(ended));
        Assert.Empty(Directory.EnumerateFileSystemEntries(worker.ScratchPath));
    }

    [Fact]
    public async Task Render_AskedBack_IsHandedBackAndLeavesTheNextShotUnharmed()
    {
        var task = worker.Shot(seed: 3, stepCount: 100) with { FrameCount = 33 };
        var askedJob = $"job-{Guid.NewGuid():n}";
        worker.Broker.Direct = renewal => renewal.JobId == askedJob && renewal.StepNumber > 0
            ? LeaseDirective.HandBack
            : LeaseDirective.Continue;
        worker.Broker.Offer(askedJob, task);
        var ticket = new RenderShot { JobId = askedJob, ShotIndex = 0, DispatchId = "dispatch-1" };
        await worker.IssueAsync(JsonSerializer.SerializeToUtf8Bytes(ticket, FarmJson.Options));
        var nextJob = await worker.IssueAsync(worker.Shot(seed: 4));

        var back = await worker.Broker.NextReportAsync<AttemptHandedBack>();
        var next = await worker.Broker.NextReportAsync<AttemptCommitted>();
        worker.Broker.Direct = _ => LeaseDirective.Continue;

        var renewals = worker.Broker.Renewals.Where(one => one.JobId == askedJob).ToList();
        Assert.NotNull(await worker.Store.TryHeadAsync(
            ObjectKeys.Checkpoint("test", task.RenderKey, back.AttemptId), default));
        Assert.Equal((askedJob, "worker-1"), (back.JobId, back.WorkerId));
        Assert.Equal(nextJob, next.JobId);
        Assert.InRange(renewals[^1].StepNumber, 1, task.StepCount - 1);
        Assert.Null(await worker.AcceptedAsync(task));
        Assert.Single(await worker.Store
            .ListAsync(ObjectKeys.Checkpoints("test", task.RenderKey), default).ToListAsync());
    }

    [Fact]
    public async Task Clip_AcceptedBefore_IsReportedWithoutRendering()
    {
        var task = worker.Shot(seed: 5);
        await worker.IssueAsync(task);
        var first = await worker.Broker.NextReportAsync<AttemptCommitted>();
        await worker.IssueAsync(task);

        var second = await worker.Broker.NextReportAsync<AttemptCommitted>();

        Assert.NotEqual(first.AttemptId, second.AttemptId);
        Assert.Equal(first.Clip, second.Clip);
        Assert.Null(await worker.Store.TryHeadAsync(
            ObjectKeys.Clip("test", task.RenderKey, second.AttemptId), default));
    }

    [Fact]
    public async Task Commit_LosesTheRace_ReportsTheWinner()
    {
        var task = worker.Shot(seed: 6);
        await worker.IssueAsync(task);
        var sample = (await worker.Broker.NextReportAsync<AttemptCommitted>()).Clip;
        var raced = task with { RenderKey = worker.Shot().RenderKey };
        var winner = sample with { RenderKey = raced.RenderKey, AttemptId = "winner" };
        var key = ObjectKeys.AcceptedClip("test", raced.RenderKey);
        worker.Store.Before = async (call, objectKey) =>
        {
            if (call == nameof(IObjectStore.PutFileAsync) && objectKey.EndsWith(".mp4", default))
            {
                var record = JsonSerializer.SerializeToUtf8Bytes(winner, FarmJson.Options);
                await worker.Store.PutIfAbsentAsync(key, record, "application/json", default);
            }
        };

        await worker.IssueAsync(raced);
        var report = await worker.Broker.NextReportAsync<AttemptCommitted>();
        worker.Store.Before = (_, _) => Task.CompletedTask;

        Assert.Equal("winner", report.Clip.AttemptId);
        Assert.NotEqual("winner", report.AttemptId);
        Assert.Equal(winner, await worker.AcceptedAsync(raced));
    }

    [Fact]
    public async Task Shot_ThatContinues_StartsFromTheLastFrame()
    {
        // Four frames are no tail, so the last one alone is what there is to go on from.
        var upstream = worker.Shot(seed: 11) with { FrameCount = 4 };
        await worker.IssueAsync(upstream);
        var before = await worker.Broker.NextReportAsync<AttemptCommitted>();
        var task = worker.Shot(seed: 12) with
        {
            Start = new Conditioning { LastFrameOf = upstream.RenderKey },
        };
        using var folder = new ScratchFolder();

        await worker.IssueAsync(task);
        var report = await worker.Broker.NextReportAsync<AttemptCommitted>();

        var upstreamLast = worker.Generate(upstream, null)[^1];
        var start = new RgbImage(64, 64, upstreamLast);
        await worker.Store.GetFileAsync(report.Clip.LastFrameKey, folder["last.png"], default);
        var last = await new ImageReader(TimeProvider.System)
            .ReadRgbAsync(folder["last.png"], task.Size, default);
        var fetched = await worker.Images.FetchAsync(
            "test", task.Start, task.Size, folder.Path, default);
        Assert.Null(before.Clip.TailKey);
        Assert.Equal(upstreamLast, fetched!.Pixels);
        Assert.Equal(worker.Generate(task, start)[^1], last);
    }

    [Fact]
    public async Task Lease_NobodyAnswers_TheShotIsRenderedAllTheSame()
    {
        var task = worker.Shot(seed: 9, stepCount: 40);
        worker.Broker.LeaseDuration = TimeSpan.FromMilliseconds(300);
        worker.Broker.Direct = _ => throw new TimeoutException("the Broker is away");

        var jobId = await worker.IssueAsync(task);
        var report = await worker.Broker.NextReportAsync<AttemptCommitted>();
        worker.Broker.Direct = _ => LeaseDirective.Continue;
        worker.Broker.LeaseDuration = TimeSpan.FromSeconds(3);

        Assert.Equal(report.AttemptId, report.Clip.AttemptId);
        Assert.Contains(worker.Broker.Renewals, one => one.JobId == jobId);
    }

    [Fact]
    public async Task Shots_InARow_AreAllRendered()
    {
        var jobs = new List<string>();
        for (var seed = 20; seed < 25; seed++)
        {
            jobs.Add(await worker.IssueAsync(worker.Shot(seed)));
        }

        var rendered = new List<string>();
        while (rendered.Count < jobs.Count)
        {
            rendered.Add((await worker.Broker.NextReportAsync<AttemptCommitted>()).JobId);
        }

        Assert.Equal(jobs.Order(), rendered.Order());
    }
}
