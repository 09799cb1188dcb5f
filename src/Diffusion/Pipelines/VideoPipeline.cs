using RenderFarm.Diffusion.Model;
using RenderFarm.Diffusion.Onnx;
using RenderFarm.Diffusion.Pipelines.Flipbook;

namespace RenderFarm.Diffusion;

/// <summary>
/// Turns a prompt, a seed and conditioning images into frames. Generates one clip at a time; a
/// second caller, and <see cref="Dispose"/>, wait until the clip in hand is finished or cancelled.
/// </summary>
public sealed class VideoPipeline : IDisposable
{
    private readonly Lock gate = new();
    private readonly FlipbookPipeline pipeline;
    private bool isDisposed;

    private VideoPipeline(ModelPackage package, OnnxDevice device)
    {
        (Package, DeviceName, NumericsProfile) = (package, device.Name, device.NumericsProfile);
        pipeline = new FlipbookPipeline(package, device);
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

    /// <summary>Loads a package's networks, and checks that they are the ones it needs.</summary>
    /// <exception cref="ModelException">The package does not fit this pipeline.</exception>
    /// <exception cref="DeviceException">The device cannot be used.</exception>
    /// <exception cref="OutOfDeviceMemoryException">The networks do not fit the device.</exception>
    public static VideoPipeline Load(ModelPackage package, OnnxOptions options)
    {
        using var index = new ConfigFile(package.Files, "model_index.json");
        return index.Text("_class_name") == FlipbookPipeline.ClassName
            ? new VideoPipeline(package, OnnxDevice.Open(options))
            : throw index.Fault("_class_name", FlipbookPipeline.ClassName);
    }

    /// <summary>
    /// Generates a clip: exactly FrameCount frames of RGB24, Width * Height * 3 bytes each. The
    /// model makes a clip of a length on its grid, and the frames beyond FrameCount are dropped.
    /// </summary>
    /// <param name="request">Checked at once; the clip is generated on the first frame.</param>
    /// <param name="progress">Told of each denoising step, on the caller's thread.</param>
    /// <param name="cancellationToken">Ends the clip within one denoising step.</param>
    /// <exception cref="ArgumentException">The model cannot do it; says everything why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ModelException">The networks cannot do what the manifest says.</exception>
    /// <exception cref="DeviceException">The device failed.</exception>
    /// <exception cref="OutOfDeviceMemoryException">The clip does not fit the device.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> Generate(
        VideoRequest request,
        IProgress<StepProgress>? progress,
        CancellationToken cancellationToken)
    {
        pipeline.Check(request);
        return Frames(request, progress, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            pipeline.Dispose();
        }
    }

    private IEnumerable<ReadOnlyMemory<byte>> Frames(
        VideoRequest request,
        IProgress<StepProgress>? progress,
        CancellationToken token)
    {
        float[] clip;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            clip = pipeline.Generate(request, progress, token);
        }

        for (var frame = 0; frame < request.FrameCount; frame++)
        {
            token.ThrowIfCancellationRequested();
            yield return PixelFormat.ToRgb(clip, frame, request.Width * request.Height);
        }
    }
}
