using System.Globalization;
using System.Text.Json;
using RenderFarm.Broker.Planning;
using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.Tests.Dispatch;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Tests.Garbage;

/// <summary>
/// An object store that one seed fills with jobs, clips and inputs of every kind and age, and what
/// must be left of it, worked out from what was written and from nothing of the sweep's own.
/// </summary>
internal sealed class RandomStore(TestBroker broker, int seed)
{
    private static readonly TimeSpan Old = TimeSpan.FromDays(3);

    private readonly Random random = new(seed);
    private readonly Dictionary<string, string?> accepted = [];
    private readonly List<(string Key, Func<bool> IsKept)> written = [];
    private readonly HashSet<string> namedByJobs = [];
    private readonly HashSet<string> namedByOpenJobs = [];
    private readonly HashSet<string> namedByCuts = [];
    private readonly HashSet<string> namedInputs = [];

    /// <summary>Names that must be left.</summary>
    public IEnumerable<string> Kept =>
        written.Where(w => w.IsKept()).Select(w => w.Key).Order(StringComparer.Ordinal);

    /// <summary>Names that must go.</summary>
    public IEnumerable<string> Collected =>
        written.Where(w => !w.IsKept()).Select(w => w.Key).Order(StringComparer.Ordinal);

    /// <summary>Writes it: first what is old, then what is young.</summary>
    public async Task FillAsync()
    {
        await FillAsync("old", isOld: true);
        broker.Time.Advance(Old);
        await FillAsync("young", isOld: false);
        broker.Time.Advance(TimeSpan.FromHours(1));
    }

    private async Task FillAsync(string age, bool isOld)
    {
        for (var index = 0; index < 5; index++)
        {
            await WriteClipAsync($"{age}-{Number(index)}", isOld);
            await WriteInputAsync($"{age}{Number(index)}", isOld);
        }

        for (var index = 0; index < 5; index++)
        {
            await WriteJobAsync($"{age}-job-{Number(index)}", isOld);
        }
    }

    private async Task WriteClipAsync(string key, bool isOld)
    {
        var attempts = Enumerable.Range(0, random.Next(4)).Select(i => $"a{Number(i)}").ToList();
        var winner = attempts.Count > 0 && random.Next(3) > 0
            ? attempts[random.Next(attempts.Count)]
            : null;
        accepted[key] = winner;
        foreach (var attempt in attempts)
        {
            bool IsKept() => !isOld || namedByOpenJobs.Contains(key)
                || namedByCuts.Contains($"{key}/{attempt}")
                || (attempt == winner && namedByJobs.Contains(key));
            await WriteAsync(ObjectKeys.Clip(Films.Tenant, key, attempt), "clip", IsKept);
            await WriteAsync(ObjectKeys.LastFrame(Films.Tenant, key, attempt), "frame", IsKept);
            await WriteAsync(
                ObjectKeys.Checkpoint(Films.Tenant, key, attempt),
                "latents",
                () => winner is null && !isOld);
        }

        if (winner is not null)
        {
            await WriteAsync(
                ObjectKeys.AcceptedClip(Films.Tenant, key),
                JsonSerializer.Serialize(Films.Clip(key, winner), FarmJson.Options),
                () => !isOld || namedByJobs.Contains(key));
        }
    }

    private Task WriteInputAsync(string sha256, bool isOld) =>
        WriteAsync(
            ObjectKeys.Input(Films.Tenant, sha256),
            "image",
            () => !isOld || namedInputs.Contains(sha256));

    private async Task WriteJobAsync(string jobId, bool isOld)
    {
        var clips = accepted.Where(a => a.Value is not null).ToList();
        var hasCut = clips.Count > 0 && random.Next(2) == 0;
        var keys = Enumerable.Range(0, random.Next(1, 4))
            .Select(_ => hasCut
                ? clips[random.Next(clips.Count)].Key
                : accepted.Keys.ElementAt(random.Next(accepted.Count)))
            .ToList();
        var input = random.Next(2) == 0 ? null : $"old{Number(random.Next(5))}";
        var end = random.Next(hasCut ? 3 : 2);
        var isGone = isOld && end > 0;
        await WriteAsync(
            ObjectKeys.JobSpec(Films.Tenant, jobId),
            JsonSerializer.Serialize(Spec(jobId, keys, input), FarmJson.Options),
            () => !isGone);
        if (!isGone)
        {
            namedByJobs.UnionWith(keys);
            namedByOpenJobs.UnionWith(end == 0 ? keys : []);
            namedByCuts.UnionWith(hasCut ? keys.Select(k => $"{k}/{accepted[k]}") : []);
            namedInputs.UnionWith(input is null ? [] : [input]);
        }

        if (hasCut)
        {
            await WriteAsync(
                ObjectKeys.CutList(Films.Tenant, jobId, 1),
                JsonSerializer.Serialize(Cut(jobId, keys, input), FarmJson.Options),
                () => !isGone);
        }

        foreach (var attempt in (string[])["stitch", "loser"])
        {
            var isFilm = end == 2 && attempt == "stitch";
            await WriteAsync(
                ObjectKeys.ReelFile(Films.Tenant, jobId, 1, attempt, "reel.mp4"),
                "reel",
                () => !isGone && (isFilm || !isOld));
        }

        await WriteEndAsync(jobId, end, isGone);
    }

    private async Task WriteEndAsync(string jobId, int end, bool isGone)
    {
        if (end == 1)
        {
            await WriteAsync(
                ObjectKeys.EndedJob(Films.Tenant, jobId, 1),
                JsonSerializer.Serialize(
                    new EndedJob
                    {
                        JobId = jobId,
                        Status = JobStatus.Failed,
                        EndedAt = broker.Time.GetUtcNow(),
                    },
                    FarmJson.Options),
                () => !isGone);
        }
        else if (end == 2)
        {
            await WriteAsync(
                ObjectKeys.FinalReel(Films.Tenant, jobId, 1),
                JsonSerializer.Serialize(Reels.Of(jobId, "a0"), FarmJson.Options),
                () => !isGone);
            await WriteAsync(
                ObjectKeys.Report(Films.Tenant, jobId, 1), "{}", () => !isGone);
        }
    }

    private static JobSpec Spec(string jobId, List<string> keys, string? input)
    {
        var spec = Films.Flat(jobId, keys.Count);
        return spec with
        {
            Shots =
            [
                .. spec.Shots.Select((shot, index) => shot with
                {
                    Task = shot.Task with
                    {
                        RenderKey = keys[index],
                        Start = index == 0 && input is not null && keys.Count % 2 == 0
                            ? new Conditioning { ImageSha256 = input }
                            : null,
                        Source = index == 0 && input is not null && keys.Count % 2 == 1
                            ? new ClipSource { VideoSha256 = input }
                            : null,
                    },
                }),
            ],
        };
    }

    private CutList Cut(string jobId, List<string> keys, string? input)
    {
        var spec = Spec(jobId, keys, input);
        var shots = keys.Select(key => Films.Shot(ShotStatus.Rendered) with
        {
            Clip = Films.Clip(key, accepted[key]!),
        });
        return FilmRecords.Cut(spec, [.. shots]);
    }

    private async Task WriteAsync(string key, string text, Func<bool> isKept)
    {
        await broker.Objects.PutIfAbsentAsync(
            key, System.Text.Encoding.UTF8.GetBytes(text), "text/plain", default);
        written.Add((key, isKept));
    }

    private static string Number(int index) => index.ToString(CultureInfo.InvariantCulture);
}
