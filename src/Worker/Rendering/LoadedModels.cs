using Microsoft.Extensions.Options;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Worker.Packages;

namespace RenderFarm.Worker.Rendering;

/// <summary>The pipelines of this worker. They stay in memory from start to end.</summary>
internal sealed class LoadedModels(
    ModelSource source,
    IOptions<WorkerOptions> options,
    TimeProvider time,
    ILogger<LoadedModels> log) : IDisposable
{
    private readonly List<PackageLease> leases = [];
    private readonly List<VideoPipeline> pipelines = [];

    /// <summary>The ticket queues that this worker can serve.</summary>
    public IReadOnlyList<string> Queues =>
        [.. pipelines.Select(pipeline => FarmQueues.Render(
            pipeline.Package.Name, pipeline.Package.Digest, pipeline.NumericsProfile))];

    /// <summary>True once every model is loaded and has made a frame.</summary>
    public bool AreReady { get; private set; }

    /// <summary>Time spent inside ONNX Runtime since start, warming up included.</summary>
    public TimeSpan OnnxTime =>
        pipelines.Aggregate(TimeSpan.Zero, (sum, pipeline) => sum + pipeline.OnnxTime);

    public IReadOnlyList<ModelPackage> Packages => [.. pipelines.Select(one => one.Package)];

    /// <summary>Loads every model and lets all its networks make a small clip.</summary>
    /// <exception cref="ModelException">A model is missing or broken.</exception>
    /// <exception cref="DeviceException">The device cannot be used.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await foreach (var lease in source.OpenAsync(cancellationToken))
        {
            leases.Add(lease);
            cancellationToken.ThrowIfCancellationRequested();
            var start = time.GetTimestamp();
            var pipeline = VideoPipeline.Load(ModelPackage.Open(lease.Folder), OnnxOptions());
            pipelines.Add(pipeline);
            Warm(pipeline, cancellationToken);
            var duration = time.GetElapsedTime(start);
            WorkerMetrics.ModelLoaded(pipeline.Package.Name, duration);
            log.ModelLoaded(
                pipeline.Package.Name,
                pipeline.Package.Digest,
                pipeline.NumericsProfile,
                pipeline.DeviceName,
                duration);
            foreach (var reason in pipeline.DeviceGraphFaults)
            {
                log.DeviceGraphsRefused(pipeline.Package.Name, reason);
            }
        }

        WorkerMetrics.Watch(this, isWatched: true);
        AreReady = true;
    }

    /// <exception cref="ModelException">This worker has no such model.</exception>
    public VideoPipeline PipelineOf(ShotTask task) =>
        pipelines.Find(pipeline => pipeline.Package.Digest == task.ModelDigest
            && pipeline.NumericsProfile == task.NumericsProfile)
        ?? throw new ModelException(
            $"expected the model '{task.Model}' {task.ModelDigest} with {task.NumericsProfile}, "
            + $"found {string.Join(", ", Queues)}");

    public void Dispose()
    {
        WorkerMetrics.Watch(this, isWatched: false);
        AreReady = false;
        pipelines.ForEach(pipeline => pipeline.Dispose());
        pipelines.Clear();
        leases.ForEach(lease => lease.Dispose());
        leases.Clear();
    }

    // The first run of a network is many times slower than the rest; no shot should pay for it.
    // The second frame of the film is the interpolator's.
    private static void Warm(VideoPipeline pipeline, CancellationToken cancellationToken)
    {
        var manifest = pipeline.Package.Manifest;
        var size = manifest.Sizes.MinBy(size => size.Width * size.Height);
        var request = new VideoRequest
        {
            Prompt = "a red ball",
            Seed = 0,
            Width = size.Width * manifest.Upscale,
            Height = size.Height * manifest.Upscale,
            FrameCount = Math.Max(manifest.FrameCounts.Minimum, manifest.Interpolation),
            Upscale = manifest.Upscale,
            Interpolation = manifest.Interpolation,
            StepCount = manifest.Steps.Minimum,
            GuidanceScale = manifest.Guidance.Default,
            Sampler = manifest.Samplers[0],
        };
        using var clip = pipeline.Generate(request, null, cancellationToken);
        foreach (var frame in clip.Frames(cancellationToken))
        {
            _ = frame;
        }
    }

    private OnnxOptions OnnxOptions()
    {
        var wanted = new OnnxOptions
        {
            Device = options.Value.Device,
            GpuIndex = options.Value.GpuIndex,
            CudaProviderPath = options.Value.CudaProviderPath,
            CudaLibraryFolders = [.. options.Value.CudaLibraryFolders],
            UsesDeviceGraphs = options.Value.DeviceGraphs,
        };
        return options.Value.ThreadCount is { } threadCount
            ? wanted with { ThreadCount = threadCount }
            : wanted;
    }
}
