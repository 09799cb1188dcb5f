using Microsoft.Extensions.Options;
using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.Jobs;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Reporting;

/// <summary>Where clips, their pictures and films can be fetched, for a while.</summary>
internal sealed class FilmLinks(
    AcceptedClips clips,
    JobLedger ledger,
    JobSnapshots snapshots,
    IObjectStore objects,
    IOptions<BrokerOptions> options,
    IOptions<JobReaderOptions> jobs)
{
    /// <summary>An accepted clip; null where there is none.</summary>
    public async Task<Uri?> ClipAsync(string renderKey, CancellationToken cancellationToken) =>
        await clips.FindAsync(jobs.Value.TenantId, renderKey, cancellationToken) is { } clip
            ? Link(clip.ObjectKey)
            : null;

    /// <summary>The last frame of an accepted clip; null where there is none.</summary>
    public async Task<Uri?> PictureAsync(string renderKey, CancellationToken cancellationToken) =>
        await clips.FindAsync(jobs.Value.TenantId, renderKey, cancellationToken) is { } clip
            ? Link(clip.LastFrameKey)
            : null;

    /// <summary>A file of a completed film; null where there is none.</summary>
    public async Task<Uri?> FileAsync(
        string jobId, Func<FilmFiles, FilmFile> choose, CancellationToken cancellationToken)
    {
        var job = await ledger.FindJobAsync(jobId, cancellationToken);
        var files = job is not null
            ? job.Files
            : (await snapshots.TakeAsync(jobId, cancellationToken))?.Files;
        return files is null ? null : Link(choose(files).ObjectKey);
    }

    private Uri Link(string key) => objects.PresignGet(key, options.Value.UrlLifetime);
}
