using System.Security.Cryptography;
using System.Text.Json;
using RenderFarm.Benchmarks.Processes;
using RenderFarm.Broker.Planning;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;
using RenderFarm.Contracts;
using RenderFarm.Storage;

namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>What must hold once the faults are over, whatever they were.</summary>
internal sealed class ChaosCheck(
    IObjectStore store, string tenantId, string folder, CalmFilms calm)
{
    private const int LongestRecord = 16 * 1024 * 1024;
    private readonly List<string> violations = [];

    /// <summary>Everything that does not hold, a sentence each.</summary>
    public IReadOnlyList<string> Violations => violations;

    /// <summary>Reels whose frames were compared, and are the undisturbed film's.</summary>
    public int EqualReelCount { get; private set; }

    public async Task CheckAsync(
        IReadOnlyCollection<JobRecord> jobs,
        ClipWatch watch,
        AttemptLog log,
        Action<string> say,
        CancellationToken cancellationToken)
    {
        violations.AddRange((await watch.CheckAsync(cancellationToken))
            .Select(key => $"{key} is not what it was when it was first seen"));
        violations.AddRange(log.RenderedTwice.Select(shot => $"{shot} was counted twice"));
        var clips = watch.Clips;
        foreach (var clip in clips.Values)
        {
            await CheckClipAsync(clip, cancellationToken);
        }

        foreach (var job in jobs)
        {
            say($"comparing {job.JobId}, {EqualReelCount} of {jobs.Count} equal");
            await CheckJobAsync(job, clips, cancellationToken);
        }
    }

    private async Task CheckClipAsync(Clip clip, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "clip.mp4");
        try
        {
            await store.GetFileAsync(clip.ObjectKey, path, cancellationToken);
        }
        catch (ObjectNotFoundException)
        {
            violations.Add($"{clip.ObjectKey} is accepted, and is not there");
            return;
        }

        if (await DigestAsync(path, cancellationToken) != clip.Sha256)
        {
            violations.Add($"{clip.ObjectKey} has not the bytes that were accepted");
        }
    }

    private async Task CheckJobAsync(
        JobRecord job, IReadOnlyDictionary<string, Clip> clips, CancellationToken cancellationToken)
    {
        if (!job.Accepted)
        {
            violations.Add($"{job.JobId} was never answered");
            return;
        }

        if (job.Snapshot?.Status != JobStatus.Completed)
        {
            var shots = job.Snapshot?.Shots.Select(s => $"{s.ShotId} {s.Status}") ?? [];
            violations.Add($"{job.JobId} is {job.Snapshot?.Status.ToString() ?? "unknown"}: "
                + $"{job.Snapshot?.Reason} ({string.Join(", ", shots)})");
            return;
        }

        var spec = await ReadAsync<JobSpec>(
            ObjectKeys.JobSpec(tenantId, job.JobId), cancellationToken);
        var reel = await ReadAsync<Reel>(
            ObjectKeys.FinalReel(tenantId, job.JobId, 1), cancellationToken);
        var wanted = spec.Shots.Select(
            s => clips.GetValueOrDefault(s.Task.RenderKey)?.AttemptId ?? "none");
        if (!reel.AttemptIds.SequenceEqual(wanted))
        {
            violations.Add($"{job.JobId}'s reel does not list exactly the accepted clips");
        }

        var path = Path.Combine(folder, "reel.mp4");
        await store.GetFileAsync(reel.ObjectKey, path, cancellationToken);
        if (await DigestAsync(path, cancellationToken) != reel.Sha256)
        {
            violations.Add($"{reel.ObjectKey} has not the bytes that final.json says");
        }

        var frames = await Frames.DigestAsync(path, cancellationToken);
        if (frames == await calm.DigestAsync(job.Text, cancellationToken))
        {
            EqualReelCount++;
        }
        else
        {
            violations.Add($"{job.JobId}'s frames are not the undisturbed film's");
        }
    }

    private async Task<T> ReadAsync<T>(string key, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize<T>(
            await store.TryGetAsync(key, LongestRecord, cancellationToken)
                ?? throw new ObjectNotFoundException(key),
            FarmJson.Options)!;

    private static async Task<string> DigestAsync(
        string path, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
