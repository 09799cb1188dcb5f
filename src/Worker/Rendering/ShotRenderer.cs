using System.Threading.Channels;
using Microsoft.Extensions.Options;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Media;
using RenderFarm.Worker.Attempts;

namespace RenderFarm.Worker.Rendering;

/// <summary>Turns a claimed shot into a checked clip in a scratch folder.</summary>
internal sealed class ShotRenderer(
    LoadedModels models,
    ConditioningImages images,
    IOptions<WorkerOptions> options,
    TimeProvider time,
    ILogger<ShotRenderer> log)
{
    /// <summary>How much may wait for the video encoder while the pipeline goes on.</summary>
    private const int WaitingBytes = 64 * 1024 * 1024;

    /// <summary>A device that has not stopped this long after it was told to never will.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromMinutes(1);

    private readonly ClipWriter writer = new(time);

    /// <summary>Renders and encodes side by side.</summary>
    /// <param name="attempt">What to render.</param>
    /// <param name="progress">Told of stages, steps and frames.</param>
    /// <param name="folder">An empty folder for the clip; the caller deletes it.</param>
    /// <param name="deviceIsFree">Called once the pipeline is done; the clip takes longer.</param>
    /// <param name="cancellationToken">Ends the render within one step.</param>
    public async Task<RenderedClip> RenderAsync(
        Attempt attempt,
        AttemptProgress progress,
        string folder,
        Action deviceIsFree,
        CancellationToken cancellationToken)
    {
        var pipeline = models.PipelineOf(attempt.Task);
        var request = await RequestAsync(attempt, folder, cancellationToken);
        progress.Enter(AttemptStage.Rendering);

        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var check = new FrameCheck(attempt.Task.Size);
        var frames = Channel.CreateBounded<ReadOnlyMemory<byte>>(
            new BoundedChannelOptions(Math.Clamp(WaitingBytes / check.FrameByteCount, 2, 256))
            {
                SingleReader = true,
                SingleWriter = true,
            });
        var start = time.GetTimestamp();
        var encoding = EncodeAsync(
            attempt,
            frames,
            Path.Combine(folder, "clip.mp4"),
            giveUp.CancelAsync,
            giveUp.Token);
        try
        {
            await StopOrThrowAsync(
                Task.Run(
                    () => GenerateAsync(pipeline, request, progress, check, frames, giveUp.Token),
                    CancellationToken.None),
                giveUp.Token);
        }
        catch (Exception fault)
        {
            frames.Writer.TryComplete(fault);
            await ((Task)encoding).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (encoding.IsFaulted && fault is OperationCanceledException or ChannelClosedException)
            {
                // The encoder failed first, and that is why the pipeline was stopped.
                await encoding;
            }

            throw;
        }

        var rendering = time.GetElapsedTime(start);
        deviceIsFree();
        progress.Enter(AttemptStage.Encoding);
        Warn(attempt, check);
        var file = await encoding;
        return new RenderedClip(file, rendering, time.GetElapsedTime(start) - rendering);
    }

    private async Task<VideoRequest> RequestAsync(
        Attempt attempt, string folder, CancellationToken cancellationToken)
    {
        var task = attempt.Task;
        return new VideoRequest
        {
            Prompt = task.Prompt,
            NegativePrompt = task.NegativePrompt,
            Seed = task.Seed,
            Width = task.Size.Width,
            Height = task.Size.Height,
            FrameCount = task.FrameCount,
            StepCount = task.StepCount,
            GuidanceScale = task.GuidanceScale,
            Sampler = task.Sampler,
            StartImage = await images.FetchAsync(
                attempt.TenantId, task.Start, task.Size, folder, cancellationToken),
            EndImage = await images.FetchAsync(
                attempt.TenantId, task.End, task.Size, folder, cancellationToken),
        };
    }

    private static async Task GenerateAsync(
        VideoPipeline pipeline,
        VideoRequest request,
        AttemptProgress progress,
        FrameCheck check,
        Channel<ReadOnlyMemory<byte>> frames,
        CancellationToken cancellationToken)
    {
        try
        {
            foreach (var frame in pipeline.Generate(request, progress, cancellationToken))
            {
                check.Add(frame);
                progress.ReportFrame();
                await frames.Writer.WriteAsync(frame, cancellationToken);
            }
        }
        catch (ModelException fault)
        {
            // The package was whole when it was loaded: this is about these frames.
            throw new BadFramesException(fault.Message);
        }

        if (check.FrameCount != request.FrameCount)
        {
            throw new BadFramesException(
                $"expected {request.FrameCount} frames, found {check.FrameCount}");
        }

        frames.Writer.Complete();
    }

    private async Task<ClipFile> EncodeAsync(
        Attempt attempt,
        Channel<ReadOnlyMemory<byte>> frames,
        string path,
        Func<Task> giveUpAsync,
        CancellationToken cancellationToken)
    {
        var task = attempt.Task;
        try
        {
            return await writer.WriteAsync(
                frames.Reader.ReadAllAsync(cancellationToken),
                task.Size,
                task.FrameRate,
                task.FrameCount,
                SlateOf(attempt),
                path,
                cancellationToken);
        }
        catch
        {
            // Nobody reads on: the pipeline must not wait for room.
            frames.Writer.TryComplete();
            await giveUpAsync();
            throw;
        }
    }

    private Slate SlateOf(Attempt attempt) => new()
    {
        JobId = attempt.JobId,
        ShotId = attempt.Claim.ShotId,
        AttemptId = attempt.Id,
        RenderKey = attempt.Task.RenderKey,
        Model = attempt.Task.Model,
        ModelDigest = attempt.Task.ModelDigest,
        Seed = attempt.Task.Seed,
        WorkerId = options.Value.Id,
    };

    /// <summary>Awaits the render; once cancelled, for a while only.</summary>
    /// <exception cref="DeviceException">The device hangs in a call that never ends.</exception>
    private async Task StopOrThrowAsync(Task generating, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var registration = cancellationToken.Register(() => late.CancelAfter(StopTime));
        try
        {
            await generating.WaitAsync(late.Token);
        }
        catch (OperationCanceledException) when (!generating.IsCompleted)
        {
            throw new DeviceException(
                $"the device did not stop within {StopTime} of being told to",
                isProcessLost: true);
        }
    }

    private void Warn(Attempt attempt, FrameCheck check)
    {
        if (check.IsBlack)
        {
            log.ClipIsBlack(attempt.JobId, attempt.ShotIndex, attempt.Id);
        }
        else if (check.IsFrozen)
        {
            log.ClipIsFrozen(attempt.JobId, attempt.ShotIndex, attempt.Id);
        }
    }
}
