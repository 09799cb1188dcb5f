using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Shots;
using RenderFarm.Diffusion;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Storage;
using RenderFarm.Storage.Folders;
using RenderFarm.Worker;
using RenderFarm.Worker.Rendering;
using Xunit;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>
/// A real worker on the project's own model, with a folder store and the bus in memory unless its
/// settings name servers.
/// </summary>
public sealed class RunningWorker : IAsyncLifetime
{
    private readonly ScratchFolder folder = new();
    private FaultyStore? store;
    private IHost host = null!;

    internal FakeBroker Broker { get; } = new();

    internal FaultyStore Store => store ?? throw new InvalidOperationException("not started");

    /// <summary>Settings of the worker, to be set before it is started.</summary>
    internal Dictionary<string, string?> Settings { get; } = new()
    {
        ["Worker:Id"] = "worker-1",
        ["Worker:Device"] = "cpu",
        ["Worker:ClaimTime"] = "00:00:01",
        ["Worker:StorePatience"] = "00:00:03",
    };

    internal LoadedModels Models => host.Services.GetRequiredService<LoadedModels>();

    internal ConditioningImages Images => host.Services.GetRequiredService<ConditioningImages>();

    internal string ScratchPath => folder["scratch"];

    /// <summary>
    /// Where its objects are. To be set before it is started, for a worker that follows another.
    /// </summary>
    internal string? StorePath { get; set; }

    /// <summary>Every line that it logged.</summary>
    internal LineLog Log { get; } = new();

    public async ValueTask InitializeAsync()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddProvider(Log);
        Settings["Worker:ScratchFolder"] = ScratchPath;
        builder.Configuration.AddInMemoryCollection(Settings);
        if (!Settings.ContainsKey("Storage:S3:Endpoint"))
        {
            StorePath ??= folder["store"];
            store = new FaultyStore(new FolderStore(StorePath, TimeProvider.System));
            builder.Services.AddSingleton<IObjectStore>(store);
        }

        builder.Services.AddSingleton(Broker);
        builder.AddFarmConsumer<FakeBrokerConsumer>(FarmQueues.Shots);
        builder.AddWorker();
        builder.AddFarmBus();
        host = builder.Build();
        store ??= new FaultyStore(host.Services.GetRequiredService<IObjectStore>());
        await host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Log.Dispose();
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        folder.Dispose();
    }

    /// <summary>
    /// Stops the worker as the host does, and leaves the bus on, which in memory would otherwise
    /// forget what nobody has read yet.
    /// </summary>
    internal async Task StopAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var loop = host.Services.GetServices<IHostedService>().OfType<WorkerLoop>().Single();
        await loop.StoppingAsync(limit.Token);
    }

    /// <summary>A small shot: half a second of rendering.</summary>
    internal ShotTask Shot(long seed = 1, int stepCount = 2)
    {
        var package = Models.Packages[0];
        return new ShotTask
        {
            RenderKey = string.Create(CultureInfo.InvariantCulture, $"{Guid.NewGuid():n}-{seed}"),
            Model = package.Name,
            ModelDigest = package.Digest,
            NumericsProfile = "cpu-fp32",
            Prompt = "a red ball rolls from left to right",
            NegativePrompt = "",
            Seed = seed,
            Size = new FrameSize(64, 64),
            FrameRate = new FrameRate(8, 1),
            FrameCount = 5,
            StepCount = stepCount,
            GuidanceScale = 1,
            Sampler = "euler",
        };
    }

    /// <summary>Puts a ticket on the worker's queue, for a shot that the Broker may know.</summary>
    /// <returns>The job's name.</returns>
    internal async Task<string> IssueAsync(ShotTask? task)
    {
        var jobId = $"job-{Guid.NewGuid():n}";
        if (task is not null)
        {
            Broker.Offer(jobId, task);
        }

        var ticket = new RenderShot { JobId = jobId, ShotIndex = 0, DispatchId = "dispatch-1" };
        await IssueAsync(JsonSerializer.SerializeToUtf8Bytes(ticket, FarmJson.Options));
        return jobId;
    }

    internal Task IssueAsync(byte[] ticket) =>
        host.Services.GetRequiredService<ITicketQueue>().PublishAsync(
            Models.Queues[0], Guid.NewGuid().ToString(), ticket, CancellationToken.None);

    /// <summary>The frames that the pipeline itself gives for a shot.</summary>
    internal List<byte[]> Generate(ShotTask task, RgbImage? start, ClipTail? tail = null)
    {
        using var clip = Open(task, start, tail);
        return [.. clip.Frames(default).Select(frame => frame.ToArray())];
    }

    /// <summary>The frames that the pipeline itself makes anew of a clip.</summary>
    internal List<byte[]> Remake(ShotTask task, IReadOnlyList<RgbImage> source)
    {
        using var clip = Models.PipelineOf(task).Generate(
            Request(task) with { Source = source }, null, default);
        return [.. clip.Frames(default).Select(frame => frame.ToArray())];
    }

    /// <summary>What the pipeline itself makes of a shot.</summary>
    internal GeneratedClip Open(ShotTask task, RgbImage? start, ClipTail? tail = null) =>
        Models.PipelineOf(task).Generate(Request(task, start, tail), null, default);

    /// <summary>
    /// What the worker asks its pipeline for; written out again, so that what forgets a field there
    /// is seen here.
    /// </summary>
    internal static VideoRequest Request(
        ShotTask task, RgbImage? start = null, ClipTail? tail = null) => new()
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
            StartImage = start,
            Tail = tail,
        };

    internal async Task<Clip?> AcceptedAsync(ShotTask task)
    {
        var record = await Store.TryGetAsync(
            ObjectKeys.AcceptedClip("test", task.RenderKey), 65536, default);
        return record is null ? null : JsonSerializer.Deserialize<Clip>(record, FarmJson.Options);
    }
}
