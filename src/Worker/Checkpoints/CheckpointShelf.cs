using Microsoft.Extensions.Options;
using RenderFarm.Diffusion;
using RenderFarm.Storage;
using RenderFarm.Worker.Attempts;
using RenderFarm.Worker.Committing;

namespace RenderFarm.Worker.Checkpoints;

/// <summary>
/// The checkpoints of render keys in the object store. They save work and decide nothing, so
/// whatever goes wrong with one only means that it is not there.
/// </summary>
internal sealed class CheckpointShelf(
    IObjectStore store,
    PatientStore patient,
    IOptions<WorkerOptions> options,
    TimeProvider time,
    ILogger<CheckpointShelf> log)
{
    /// <summary>Far more than the attempts at one key.</summary>
    private const int MostListed = 1000;

    /// <summary>The latest are read: attempts are named in the order of their start.</summary>
    private const int MostRead = 8;

    /// <summary>How long the removal of checkpoints may hold up a shot that is done.</summary>
    private static readonly TimeSpan LongestRemoval = TimeSpan.FromSeconds(5);

    /// <summary>Begins the checkpoints of an attempt.</summary>
    /// <param name="attempt">Whose they are.</param>
    /// <param name="folder">Where they lie until they are uploaded.</param>
    public AttemptCheckpoints Open(Attempt attempt, string folder) =>
        new(attempt, this, options.Value.CheckpointPeriod, folder, time);

    /// <summary>The names of a render key's checkpoints; none while the store is away.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(
        Attempt attempt, CancellationToken cancellationToken)
    {
        var prefix = ObjectKeys.Checkpoints(attempt.TenantId, attempt.Task.RenderKey);
        try
        {
            var found = await patient.ListAsync(prefix, MostListed, cancellationToken);
            return [.. found.Select(one => one.Key)];
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            log.CheckpointsUnknown(fault, attempt.Id);
            return [];
        }
    }

    /// <summary>The furthest of some checkpoints that is whole and of this request.</summary>
    public async Task<Checkpoint?> ReadFurthestAsync(
        Attempt attempt,
        IReadOnlyList<string> keys,
        VideoPipeline pipeline,
        VideoRequest request,
        CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            return null;
        }

        var mostBytes = (int)Math.Min(pipeline.MostCheckpointBytes(request), Array.MaxLength);
        var (furthest, furthestKey) = ((Checkpoint?)null, "");
        try
        {
            foreach (var key in keys.Reverse().Take(MostRead))
            {
                var found = await TryReadAsync(key);
                if (found?.StepNumber > (furthest?.StepNumber ?? 0))
                {
                    (furthest, furthestKey) = (found, key);
                }
            }
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            log.CheckpointsUnknown(fault, attempt.Id);
        }

        if (furthest is not null)
        {
            WorkerMetrics.Resumed(furthest.StepNumber);
            log.AttemptResumed(
                attempt.JobId,
                attempt.ShotIndex,
                attempt.Id,
                furthest.StepNumber,
                furthest.StepCount,
                furthestKey);
        }

        return furthest;

        async Task<Checkpoint?> TryReadAsync(string key)
        {
            try
            {
                return await patient.TryGetAsync(key, mostBytes, cancellationToken) is { } bytes
                    ? pipeline.ReadCheckpoint(bytes, request)
                    : null;
            }
            catch (Exception fault) when (fault is CheckpointException or InvalidDataException)
            {
                WorkerMetrics.CheckpointRefused();
                log.CheckpointRefused(attempt.Id, key, fault.Message);
                return null;
            }
        }
    }

    /// <summary>Writes a checkpoint over the attempt's last one. Tries once.</summary>
    public async Task WriteAsync(
        Attempt attempt, Checkpoint checkpoint, string path, CancellationToken cancellationToken)
    {
        var key = ObjectKeys.Checkpoint(attempt.TenantId, attempt.Task.RenderKey, attempt.Id);
        try
        {
            var bytes = checkpoint.ToBytes();
            await File.WriteAllBytesAsync(path, bytes, cancellationToken);
            await store.PutFileAsync(
                key, path, "application/octet-stream", cancellationToken);
            WorkerMetrics.CheckpointWritten();
            log.CheckpointWritten(
                attempt.JobId,
                attempt.ShotIndex,
                attempt.Id,
                checkpoint.StepNumber,
                checkpoint.StepCount,
                bytes.Length);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            WorkerMetrics.CheckpointNotWritten();
            log.CheckpointNotWritten(
                fault, attempt.JobId, attempt.ShotIndex, attempt.Id, checkpoint.StepNumber);
        }
    }

    /// <summary>Removes checkpoints that nobody will need; tries once.</summary>
    public async Task RemoveAsync(Attempt attempt, IEnumerable<string> keys)
    {
        using var limit = new CancellationTokenSource(LongestRemoval, time);
        try
        {
            foreach (var key in keys)
            {
                await store.DeleteAsync(key, limit.Token);
            }
        }
        catch (Exception fault)
        {
            log.CheckpointsNotRemoved(fault, attempt.Id);
        }
    }
}
