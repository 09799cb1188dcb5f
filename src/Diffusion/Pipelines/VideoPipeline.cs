using System.Diagnostics.CodeAnalysis;
using RenderFarm.Diffusion.Checkpoints;
using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines;
using RenderFarm.Diffusion.Pipelines.Film;
using RenderFarm.Diffusion.Pipelines.Takes;

namespace RenderFarm.Diffusion;

/// <summary>
/// Turns a prompt, a seed and conditioning images into frames. Generates one clip at a time; a
/// second caller, and <see cref="Dispose"/>, wait until the clip in hand is disposed.
/// </summary>
public sealed class VideoPipeline : IDisposable
{
    [SuppressMessage(
        "Usage", "CA2213", Justification = "Who waits for it is to be told that all is over.")]
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly IClipPipeline pipeline;
    private readonly OnnxDevice device;
    private bool isDisposed;

    private VideoPipeline(ModelPackage package, OnnxDevice device)
    {
        (Package, DeviceName, NumericsProfile) = (package, device.Name, device.NumericsProfile);
        this.device = device;
        pipeline = package.Family.Load(package, device);
    }

    /// <summary>The model in use.</summary>
    public ModelPackage Package { get; }

    /// <summary>
    /// What, beside the request and the model, decides the last bits of every frame: "cpu-fp32",
    /// "cuda-fp32", or "cpu-fp32-8-threads" where ThreadCount is not its default. Frames are equal
    /// bit by bit on machines of one kind (vector instructions of a CPU, generation of a GPU), and
    /// equal to the eye on others.
    /// </summary>
    public string NumericsProfile { get; }

    /// <summary>What computes, for people: "CPU, threads: 2".</summary>
    public string DeviceName { get; }

    /// <summary>Wall time spent inside ONNX Runtime calls since the pipeline was loaded.</summary>
    public TimeSpan OnnxTime => pipeline.OnnxTime;

    /// <summary>
    /// What it does in smaller pieces since the device's memory did not suffice, for people, in
    /// the order in which it came to that. The last bits of frames may depend on it.
    /// </summary>
    public IReadOnlyList<string> MemoryRungs => pipeline.MemoryRungs;

    /// <summary>
    /// Why device graphs that were asked for are not used, for people; none where they are.
    /// </summary>
    public IReadOnlyList<string> DeviceGraphFaults => [.. device.GraphFaults];

    /// <summary>
    /// Which networks had results that half precision does not hold, for people, and what followed.
    /// </summary>
    public IReadOnlyList<string> Overflows => device.Overflows;

    /// <summary>Loads a package's networks, and checks that they are the ones it needs.</summary>
    /// <exception cref="ModelException">The package does not fit this pipeline.</exception>
    /// <exception cref="DeviceException">The device cannot be used.</exception>
    /// <exception cref="OutOfDeviceMemoryException">The networks do not fit the device.</exception>
    public static VideoPipeline Load(ModelPackage package, OnnxOptions options)
    {
        var device = OnnxDevice.Open(options);
        AttentionFit.Check(package, device);
        return new VideoPipeline(package, device);
    }

    /// <summary>
    /// Whether the model's longest clip holds what it must render for a request, the overlap with
    /// the clip that it goes on from included.
    /// </summary>
    public bool HasRoomFor(VideoRequest request) =>
        request.FrameCount <= FilmSpan.Longest(request, Package.Manifest.FrameCounts);

    /// <summary>
    /// How many frames the Source of a request must have: as many as the model renders for it.
    /// </summary>
    /// <param name="request">What is wanted, but for its Source.</param>
    /// <returns>Null where the model cannot do it, which Generate says everything of.</returns>
    public int? SourceFrameCountOf(VideoRequest request) =>
        RequestFaults.Of(request, Package.Manifest).Any()
            ? null
            : FilmSpan.Of(request, Package.Manifest.FrameCounts).ModelFrameCount;

    /// <summary>
    /// Reads a checkpoint, and checks that it is of this request, this model and this numerics
    /// profile.
    /// </summary>
    /// <param name="bytes">What <see cref="Checkpoint.ToBytes"/> gave.</param>
    /// <param name="request">What the clip is to show.</param>
    /// <exception cref="ArgumentException">The model cannot do it; says everything why.</exception>
    /// <exception cref="CheckpointException">
    /// The bytes are damaged, cut, of another format, or of another clip; says which.
    /// </exception>
    public Checkpoint ReadCheckpoint(byte[] bytes, VideoRequest request)
    {
        Check(request);
        var checkpoint = CheckpointFile.Read(bytes);
        Check(checkpoint, request);
        return checkpoint;
    }

    /// <summary>The most bytes that a checkpoint of a request can have.</summary>
    /// <exception cref="ArgumentException">The model cannot do it; says everything why.</exception>
    public long MostCheckpointBytes(VideoRequest request)
    {
        Check(request);
        return pipeline.MostCheckpointBytes(request);
    }

    /// <summary>
    /// Makes a clip as the model renders it: denoises and decodes every take, and keeps the best.
    /// What is left to do, interpolation and enlargement, is done while its frames are read.
    /// </summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="progress">Told of each denoising step, on the caller's thread.</param>
    /// <param name="cancellationToken">Ends the clip within one run of a network.</param>
    /// <returns>The clip; the pipeline makes no other until it is disposed.</returns>
    /// <exception cref="ArgumentException">The model cannot do it; says everything why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ModelException">The networks cannot do what the manifest says.</exception>
    /// <exception cref="DeviceException">The device failed.</exception>
    /// <exception cref="OutOfDeviceMemoryException">The clip does not fit the device.</exception>
    public GeneratedClip Generate(
        VideoRequest request,
        IProgress<StepProgress>? progress,
        CancellationToken cancellationToken) =>
        Generate(request, progress, from: null, sink: null, cancellationToken);

    /// <summary>
    /// Makes a clip from where a checkpoint of it was taken, with the same frames bit by bit, or
    /// from its start; and offers checkpoints of its own.
    /// </summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="progress">
    /// Told of each denoising step that is left, on the caller's thread.
    /// </param>
    /// <param name="from">What <see cref="ReadCheckpoint"/> gave; null starts anew.</param>
    /// <param name="sink">Gets the chance of a checkpoint after each step.</param>
    /// <param name="cancellationToken">Ends the clip within one run of a network.</param>
    /// <returns>The clip; the pipeline makes no other until it is disposed.</returns>
    /// <exception cref="ArgumentException">The model cannot do it; says everything why.</exception>
    /// <exception cref="CheckpointException">The checkpoint is of another clip.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ModelException">The networks cannot do what the manifest says.</exception>
    /// <exception cref="DeviceException">The device failed.</exception>
    /// <exception cref="OutOfDeviceMemoryException">The clip does not fit the device.</exception>
    public GeneratedClip Generate(
        VideoRequest request,
        IProgress<StepProgress>? progress,
        Checkpoint? from,
        ICheckpointSink? sink,
        CancellationToken cancellationToken)
    {
        Check(request);
        if (from is not null)
        {
            Check(from, request);
        }

        var track = new ClipTrack(
            request,
            pipeline.CallCountOf(request),
            OriginOf(request),
            from?.Point ?? new ClipPoint(),
            progress,
            sink);
        gate.Wait(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            var take = pipeline.Generate(request, track, cancellationToken);
            return new GeneratedClip(
                take,
                track.ReusedStepCount,
                pipeline.TailOf(take),
                token => pipeline.Frames(take, request, token),
                () => gate.Release());
        }
        catch (Exception fault)
        {
            gate.Release();
            if (fault is OperationCanceledException)
            {
                // A network that is cancelled leaves the latents as the last step made them.
                track.Offer();
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        gate.Wait();
        try
        {
            isDisposed = true;
            pipeline.Dispose();
        }
        finally
        {
            gate.Release();
        }
    }

    private void Check(VideoRequest request)
    {
        pipeline.Check(request);
        var span = FilmSpan.Of(request, Package.Manifest.FrameCounts);
        var fault = AttentionFit.Fault(
            Package, device, request.ModelWidth, request.ModelHeight, span.ModelFrameCount);
        if (fault is not null)
        {
            throw new ArgumentException($"Width, Height, FrameCount: {fault}.", nameof(request));
        }
    }

    private void Check(Checkpoint checkpoint, VideoRequest request)
    {
        OriginOf(request).Expect(checkpoint.Origin);
        pipeline.Check(checkpoint, request);
    }

    private CheckpointOrigin OriginOf(VideoRequest request) =>
        CheckpointOrigin.Of(Package.Digest, NumericsProfile, request);
}
