using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.Media;
using RenderFarm.Worker.Attempts;
using RenderFarm.Worker.Checkpoints;

namespace RenderFarm.Worker.Rendering;

/// <summary>Turns a claimed shot into a checked clip in a scratch folder.</summary>
internal sealed class ShotRenderer(
    LoadedModels models,
    RequestWriter requests,
    IOptions<WorkerOptions> options,
    TimeProvider time,
    ILogger<ShotRenderer> log)
{
    /// <summary>How much may wait for the video encoder while the pipeline goes on.</summary>
    private const int WaitingBytes = 64 * 1024 * 1024;

    /// <summary>A device that has not stopped this long after it was told to never will.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromMinutes(1);

    private readonly ClipWriter writer = new(time);
    private readonly ImageWriter imageWriter = new(time);

    /// <summary>Renders and encodes side by side.</summary>
    /// <param name="attempt">What to render.</param>
    /// <param name="progress">Told of stages, steps and frames.</param>
    /// <param name="checkpoints">Where it starts from, and who takes what it leaves.</param>
    /// <param name="folder">An empty folder for the clip; the caller deletes it.</param>
    /// <param name="deviceIsFree">Called once the pipeline is done; the clip takes longer.</param>
    /// <param name="cancellationToken">Ends the render within one step.</param>
    public async Task<RenderedClip> RenderAsync(
        Attempt attempt,
        AttemptProgress progress,
        AttemptCheckpoints checkpoints,
        string folder,
        Action deviceIsFree,
        CancellationToken cancellationToken)
    {
        using var load = StageWatch.Begin("load", time);
        var pipeline = models.PipelineOf(attempt.Task);
        var request = await requests.WriteAsync(attempt, pipeline, folder, cancellationToken);
        await checkpoints.FindAsync(pipeline, request, cancellationToken);
        if (checkpoints.Start is { } start)
        {
            progress.ResumeAfter(new StepProgress(start.StepNumber, start.StepCount));
        }

        load.Dispose();
        progress.Enter(AttemptStage.Rendering);

        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var check = new FrameCheck(attempt.Task.Size, attempt.Task.FrameCount);
        var frames = Channel.CreateBounded<ReadOnlyMemory<byte>>(
            new BoundedChannelOptions(Math.Clamp(WaitingBytes / check.FrameByteCount, 2, 256))
            {
                SingleReader = true,
                SingleWriter = true,
            });
        var begun = time.GetTimestamp();
        var encoding = EncodeAsync(
            attempt,
            frames,
            Path.Combine(folder, "clip.mp4"),
            giveUp.CancelAsync,
            giveUp.Token);
        GenerationOutcome outcome;
        try
        {
            outcome = await StopOrThrowAsync(
                Task.Run(
                    () => GenerateAsync(
                        pipeline, request, progress, checkpoints, check, frames, giveUp.Token),
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

        var rendering = time.GetElapsedTime(begun);
        deviceIsFree();
        progress.Enter(AttemptStage.Encoding);
        Tell(attempt, outcome);
        var file = await encoding;
        var tailPath = await WriteTailAsync(outcome.Tail, folder, cancellationToken);
        return new RenderedClip
        {
            File = file,
            TailPath = tailPath,
            FramesPastTail = outcome.Tail?.FramesPast ?? 0,
            TakeIndex = outcome.TakeIndex,
            Score = outcome.Score,
            ReusedStepCount = outcome.ReusedStepCount,
            Rendering = rendering,
            Encoding = time.GetElapsedTime(begun) - rendering,
        };
    }

    private async Task<GenerationOutcome> GenerateAsync(
        VideoPipeline pipeline,
        VideoRequest request,
        AttemptProgress progress,
        AttemptCheckpoints checkpoints,
        FrameCheck check,
        Channel<ReadOnlyMemory<byte>> frames,
        CancellationToken cancellationToken)
    {
        var (rungCount, overflowCount) = (pipeline.MemoryRungs.Count, pipeline.Overflows.Count);
        try
        {
            using var stages = new RenderStages(progress, time);
            using var clip = pipeline.Generate(
                request, stages, checkpoints.Start, checkpoints, cancellationToken);
            stages.BeginDecoding();
            foreach (var frame in clip.Frames(cancellationToken))
            {
                check.Add(frame);
                progress.ReportFrame();
                await frames.Writer.WriteAsync(frame, cancellationToken);
            }

            check.Finish();
            frames.Writer.Complete();
            return new GenerationOutcome(
                clip.TakeIndex, clip.Takes, clip.ReusedStepCount, clip.Tail);
        }
        catch (ModelException fault)
        {
            // The package was whole when it was loaded: this is about these frames.
            throw new BadFramesException(fault.Message);
        }
        finally
        {
            foreach (var rung in pipeline.MemoryRungs.Skip(rungCount))
            {
                log.MemoryRanShort(pipeline.Package.Name, rung);
            }

            foreach (var overflow in pipeline.Overflows.Skip(overflowCount))
            {
                log.HalfPrecisionRanOver(pipeline.Package.Name, overflow);
            }
        }
    }

    private async Task<ClipFile> EncodeAsync(
        Attempt attempt,
        Channel<ReadOnlyMemory<byte>> frames,
        string path,
        Func<Task> giveUpAsync,
        CancellationToken cancellationToken)
    {
        var task = attempt.Task;
        using var stage = StageWatch.Begin("encode", time);
        try
        {
            return await writer.WriteAsync(
                ReadAllAsync(frames.Reader, stage, cancellationToken),
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

    /// <summary>Encoding begins with the first frame; until then nobody encodes.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync(
        ChannelReader<ReadOnlyMemory<byte>> frames,
        StageWatch stage,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isFirst = true;
        await foreach (var frame in frames.ReadAllAsync(cancellationToken))
        {
            if (isFirst)
            {
                isFirst = false;
                stage.Restart();
            }

            yield return frame;
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
    private async Task<T> StopOrThrowAsync<T>(
        Task<T> generating, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var registration = cancellationToken.Register(() => late.CancelAfter(StopTime));
        try
        {
            return await generating.WaitAsync(late.Token);
        }
        catch (OperationCanceledException) when (!generating.IsCompleted)
        {
            throw new DeviceException(
                $"the device did not stop within {StopTime} of being told to",
                isProcessLost: true);
        }
    }

    private async Task<string?> WriteTailAsync(
        ClipTail? tail, string folder, CancellationToken cancellationToken)
    {
        if (tail is null)
        {
            return null;
        }

        var path = Path.Combine(folder, "tail.png");
        var (width, height, pixels) = tail.Frames;
        await imageWriter.WriteRgbAsync(
            pixels, new FrameSize(width, height), path, cancellationToken);
        return path;
    }

    private void Tell(Attempt attempt, GenerationOutcome outcome)
    {
        WorkerMetrics.Kept(outcome.Takes);
        for (var take = 0; take < outcome.Takes.Count; take++)
        {
            if (outcome.Takes[take].Fault is { } fault)
            {
                log.TakeLooksWrong(attempt.JobId, attempt.ShotIndex, attempt.Id, take, fault);
            }
        }

        if (outcome.Takes.Count > 1)
        {
            log.TakeKept(
                attempt.JobId,
                attempt.ShotIndex,
                attempt.Id,
                outcome.TakeIndex,
                outcome.Takes.Count,
                outcome.Score);
        }
    }
}
