using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Worker.Attempts;

namespace RenderFarm.Worker.Rendering;

/// <summary>
/// Writes a shot's task in the pipeline's words, and fetches its pictures and videos.
/// </summary>
internal sealed class RequestWriter(ConditioningImages images, SourceVideos videos)
{
    /// <summary>
    /// Writes the request of an attempt. A shot that continues another goes on from its last
    /// frames, so that movement goes on too, where the model can do so, the other clip has them,
    /// and there is room for them beside the new frames; otherwise from its last frame alone.
    /// </summary>
    /// <exception cref="BadInputException">
    /// A picture or a video is missing, changed, or none.
    /// </exception>
    public async Task<VideoRequest> WriteAsync(
        Attempt attempt, VideoPipeline pipeline, string folder, CancellationToken cancellationToken)
    {
        var task = attempt.Task;

        // The factor may be nonsense; the pipeline then says so, with all else that is wrong.
        var factor = Math.Max(1, task.Upscale);
        var size = new FrameSize(task.Size.Width / factor, task.Size.Height / factor);
        var request = WithoutStart(task);
        if (task.Source is { } source && pipeline.SourceFrameCountOf(request) is { } count)
        {
            request = request with
            {
                Source = await videos.FetchAsync(
                    attempt.TenantId, source, size, ModelRate(task), count, folder,
                    cancellationToken),
            };
        }

        request = request with
        {
            EndImage = await images.FetchAsync(
                attempt.TenantId, task.End, size, folder, cancellationToken),
            Mask = await images.FetchAsync(
                attempt.TenantId, MaskOf(task), size, folder, cancellationToken),
        };
        if (task is { Start.LastFrameOf: not null, Loop: false }
            && pipeline.Package.Manifest.ExtendsClips
            && await images.FetchTailAsync(
                attempt.TenantId, task.Start, size, folder, cancellationToken) is { } tail
            && tail.FramesPast < task.Interpolation
            && pipeline.HasRoomFor(request with { Tail = tail }))
        {
            return request with { Tail = tail };
        }

        return request with
        {
            StartImage = await images.FetchAsync(
                attempt.TenantId, task.Start, size, folder, cancellationToken),
        };
    }

    private static Conditioning? MaskOf(ShotTask task) =>
        task.MaskSha256 is { } sha256 ? new() { ImageSha256 = sha256 } : null;

    /// <summary>Frames a second before interpolation.</summary>
    private static FrameRate ModelRate(ShotTask task) => new(
        task.FrameRate.Numerator, task.FrameRate.Denominator * Math.Max(1, task.Interpolation));

    private static VideoRequest WithoutStart(ShotTask task) => new()
    {
        Prompt = task.Prompt,
        NegativePrompt = task.NegativePrompt,
        Seed = task.Seed,
        Width = task.Size.Width,
        Height = task.Size.Height,
        FrameCount = task.FrameCount,
        Upscale = task.Upscale,
        Interpolation = task.Interpolation,
        StepCount = task.StepCount,
        GuidanceScale = task.GuidanceScale,
        Sampler = task.Sampler,
        TakeCount = task.TakeCount,
        Loop = task.Loop,
        Strength = task.Strength,
        ReuseThreshold = task.ReuseThreshold ?? 0,
    };
}
