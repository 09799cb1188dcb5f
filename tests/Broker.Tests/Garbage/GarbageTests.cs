using System.Text;
using System.Text.Json;
using RenderFarm.Broker.Garbage;
using RenderFarm.Broker.Planning;
using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.Dispatch;
using RenderFarm.Broker.Tests.Intake;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Broker.Tests.Garbage;

public sealed class GarbageTests
{
    private const int SeedCount = 200;

    /// <summary>Everything that can be collected is, after two days.</summary>
    private static readonly (string, string)[] Everything =
    [
        ("Garbage:CheckpointAge", "2.00:00:00"),
        ("Garbage:JobAge", "2.00:00:00"),
        ("Garbage:ClipAge", "2.00:00:00"),
        ("Garbage:InputAge", "2.00:00:00"),
    ];

    [Fact]
    public async Task Sweep_AnyStore_LeavesWhatIsReferredToAndCollectsTheRest()
    {
        var (kept, collected) = (0, 0);
        for (var seed = 0; seed < SeedCount; seed++)
        {
            await using var broker = new TestBroker(null, Everything);
            var store = new RandomStore(broker, seed);
            await store.FillAsync();

            await SweepUntilDoneAsync(broker);

            var left = await KeysAsync(broker);
            var lost = store.Kept.Except(left).ToList();
            var stayed = store.Collected.Intersect(left).ToList();
            Assert.True(lost.Count == 0, $"seed {seed} lost {string.Join(' ', lost)}");
            Assert.True(stayed.Count == 0, $"seed {seed} left {string.Join(' ', stayed)}");
            kept += store.Kept.Count();
            collected += store.Collected.Count();
        }

        // A seed that leaves all, or nothing, would prove little.
        Assert.InRange(collected, kept / 4, kept * 4);
    }

    [Fact]
    public async Task Sweep_DefaultSettings_KeepsJobsClipsAndInputsForEver()
    {
        await using var broker = new TestBroker();
        await EndedAsync(broker);
        await PutAsync(broker, ObjectKeys.Input(Films.Tenant, "unused"), "image");
        await PutAsync(broker, Clip("lone", "a"), "clip");
        await PutAsync(broker, Record("lone"), Json(Films.Clip("lone", "a")));
        var before = await KeysAsync(broker);
        broker.Time.Advance(TimeSpan.FromDays(3650));

        await SweepUntilDoneAsync(broker);

        Assert.Equal(before, await KeysAsync(broker));
    }

    [Fact]
    public async Task Sweep_MoreThanOnePassMayDelete_TakesSeveral()
    {
        await using var broker = new TestBroker(null, ("Garbage:MostDeletions", "10"));
        for (var index = 0; index < 25; index++)
        {
            await PutAsync(broker, Clip($"key-{index}", "dead"), "clip");
        }

        broker.Time.Advance(TimeSpan.FromDays(2));

        Assert.Equal(10, await SweepAsync(broker));
        Assert.Equal(10, await SweepAsync(broker));
        Assert.Equal(5, await SweepAsync(broker));
        Assert.Equal(0, await SweepAsync(broker));
    }

    [Fact]
    public async Task Sweep_JobBegunWhileItsClipIsCollected_PutsTheRecordBack()
    {
        await using var broker = new TestBroker(null, Everything);
        await PutAsync(broker, Clip("key", "a"), "clip");
        await PutAsync(broker, Record("key"), Json(Films.Clip("key", "a")));
        broker.Time.Advance(TimeSpan.FromDays(3));
        broker.Objects.Fault = key =>
        {
            if (key == Record("key"))
            {
                // The marks are read; this is the moment before the record goes.
                broker.Objects.Fault = _ => { };
                Write(broker, SpecOf("late", "key", input: null));
            }
        };

        await SweepUntilDoneAsync(broker);

        Assert.Contains(Record("key"), await KeysAsync(broker));
        Assert.Contains(Clip("key", "a"), await KeysAsync(broker));
    }

    [Fact]
    public async Task Sweep_StoreFailsWhileAClipIsCollected_PutsTheRecordBack()
    {
        await using var broker = new TestBroker(null, Everything);
        await PutAsync(broker, Clip("key", "a"), "clip");
        await PutAsync(broker, Record("key"), Json(Films.Clip("key", "a")));
        broker.Time.Advance(TimeSpan.FromDays(3));
        var hasStarted = false;
        broker.Objects.Fault = key =>
        {
            hasStarted |= key == Record("key");
            if (hasStarted && key == ObjectKeys.Jobs(Films.Tenant))
            {
                throw new IOException("the store does not answer");
            }
        };

        await Assert.ThrowsAsync<IOException>(() => SweepAsync(broker));

        Assert.Contains(Record("key"), await KeysAsync(broker));
        Assert.Contains(Clip("key", "a"), await KeysAsync(broker));
    }

    [Fact]
    public async Task Sweep_JobBegunWhileItsInputIsCollected_LeavesTheInput()
    {
        await using var broker = new TestBroker(null, Everything);
        var input = ObjectKeys.Input(Films.Tenant, "sound");
        await PutAsync(broker, input, "image");
        broker.Time.Advance(TimeSpan.FromDays(3));
        var wasSeenLeaving = false;
        broker.Objects.Fault = key =>
        {
            if (key == ObjectKeys.LeavingInput(Films.Tenant, "sound"))
            {
                broker.Objects.Fault = _ => { };
                var spec = SpecOf("late", "key", "sound");
                Write(broker, spec);
                wasSeenLeaving = broker.Get<InputGarbage>().IsLeavingAsync(spec, default)
                    .GetAwaiter().GetResult();
            }
        };

        await SweepUntilDoneAsync(broker);

        Assert.Contains(input, await KeysAsync(broker));
        Assert.False(wasSeenLeaving);
        Assert.False(await broker.Get<InputGarbage>().IsLeavingAsync(
            SpecOf("late", "key", "sound"), default));
    }

    [Fact]
    public async Task Inputs_LeavingOrGone_AreSeenByAJobWhoseSpecIsWritten()
    {
        await using var broker = new TestBroker(null, Everything);
        var garbage = broker.Get<InputGarbage>();
        var spec = SpecOf("late", "key", "sound");
        Assert.True(await garbage.IsLeavingAsync(spec, default));

        await PutAsync(broker, ObjectKeys.Input(Films.Tenant, "sound"), "image");
        Assert.False(await garbage.IsLeavingAsync(spec, default));

        await PutAsync(broker, ObjectKeys.LeavingInput(Films.Tenant, "sound"), "");
        Assert.True(await garbage.IsLeavingAsync(spec, default));
    }

    [Fact]
    public async Task Sweep_RecordThatCannotBeRead_DeletesNothing()
    {
        await using var broker = new TestBroker(null, Everything);
        await PutAsync(broker, ObjectKeys.JobSpec(Films.Tenant, "broken"), "{");
        await PutAsync(broker, Clip("key", "dead"), "clip");
        broker.Time.Advance(TimeSpan.FromDays(3));
        var before = await KeysAsync(broker);

        await Assert.ThrowsAnyAsync<JsonException>(() => SweepAsync(broker));

        Assert.Equal(before, await KeysAsync(broker));
    }

    [Fact]
    public async Task State_OfAJobThatEndedLongAgo_IsForgottenAndStillAnsweredFor()
    {
        await using var broker = new TestBroker();
        await EndedAsync(broker);
        broker.Time.Advance(TimeSpan.FromDays(6));
        await SweepAsync(broker);
        Assert.NotNull(await broker.Ledger.FindJobAsync("job-1", default));

        broker.Time.Advance(TimeSpan.FromDays(2));
        await SweepAsync(broker);

        Assert.Null(await broker.Ledger.FindJobAsync("job-1", default));
        Assert.Null((await broker.Ledger.FindShotsAsync("job-1", [0], default))[0]);
        Assert.Equal(0, await broker.Store.CountIndexAsync(
            IndexKeys.Ended, double.NegativeInfinity, default));
        Assert.Equal(0, await broker.Sweep("specs").SweepAsync(default));
        var snapshot = await broker.Intake.GetAsync(new GetJob { JobId = "job-1" }, default);
        Assert.Equal(JobStatus.Canceled, snapshot!.Status);
    }

    [Fact]
    public async Task Job_WhoseTimeIsOver_IsUnknownAndItsNameIsUsedUp()
    {
        await using var broker = await JobIntakeTests.WithModelAsync(null, Everything);
        await broker.Intake.SubmitAsync(JobIntakeTests.OneShot, default);
        await broker.Intake.CancelAsync(new CancelJob { JobId = "job-1" }, default);
        broker.Time.Advance(TimeSpan.FromDays(3));

        await SweepUntilDoneAsync(broker);

        var left = (await KeysAsync(broker)).Where(
            key => key.StartsWith(ObjectKeys.Jobs(Films.Tenant), StringComparison.Ordinal));
        Assert.Equal([ObjectKeys.GoneJob(Films.Tenant, "job-1")], left);
        Assert.Null(await broker.Intake.GetAsync(new GetJob { JobId = "job-1" }, default));
        var again = await broker.Intake.SubmitAsync(JobIntakeTests.OneShot, default);
        Assert.Equal("job-id-taken", Assert.Single(again.Rejected!.Faults).Code);
        Assert.Equal(0, await broker.Sweep("specs").SweepAsync(default));
        Assert.Null(await broker.Ledger.FindJobAsync("job-1", default));
    }

    private static async Task EndedAsync(TestBroker broker)
    {
        await broker.OpenAsync(Films.Flat("job-1", 2));
        await broker.Intake.CancelAsync(new CancelJob { JobId = "job-1" }, default);
    }

    private static Task<int> SweepAsync(TestBroker broker) =>
        broker.Sweep("garbage").SweepAsync(default);

    private static async Task SweepUntilDoneAsync(TestBroker broker)
    {
        while (await SweepAsync(broker) > 0)
        {
        }
    }

    private static Task<bool> PutAsync(TestBroker broker, string key, string text) =>
        broker.Objects.PutIfAbsentAsync(
            key, Encoding.UTF8.GetBytes(text), "text/plain", default);

    /// <summary>In memory a write is over when it returns.</summary>
    private static void Write(TestBroker broker, JobSpec spec) =>
        broker.Get<SpecFiles>().TryWriteAsync(spec, default).GetAwaiter().GetResult();

    private static async Task<List<string>> KeysAsync(TestBroker broker) =>
        await broker.Objects.ListAsync("", default).Select(o => o.Key).ToListAsync();

    private static JobSpec SpecOf(string jobId, string renderKey, string? input)
    {
        var spec = Films.Flat(jobId, 1);
        var task = spec.Shots[0].Task with
        {
            RenderKey = renderKey,
            Start = input is null ? null : new Conditioning { ImageSha256 = input },
        };
        return spec with { Shots = [spec.Shots[0] with { Task = task }] };
    }

    private static string Clip(string renderKey, string attemptId) =>
        ObjectKeys.Clip(Films.Tenant, renderKey, attemptId);

    private static string Record(string renderKey) =>
        ObjectKeys.AcceptedClip(Films.Tenant, renderKey);

    private static string Json<T>(T body) => JsonSerializer.Serialize(body, FarmJson.Options);
}
