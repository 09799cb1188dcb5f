using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace RenderFarm.Worker;

/// <summary>What can be set for a worker, under <c>Worker</c> in the configuration.</summary>
public sealed class WorkerOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Worker";

    /// <summary>
    /// The worker's name in leases, reports and logs: 1 to 64 of <c>a-z 0-9 -</c>. By default the
    /// host's name and four digits of chance, so that two workers of a host are told apart.
    /// </summary>
    [Required]
    [RegularExpression("^[a-z0-9][a-z0-9-]{0,63}$")]
    public string Id { get; set; } = MadeUpId();

    /// <summary>
    /// The models it renders with, at most 16, because every one stays in memory: each a folder, or
    /// the name or digest of a model in the farm's object store, which is fetched. By default
    /// <c>models/flipbook/package</c>, looked for upward from the program.
    /// </summary>
    [MaxLength(16)]
    public IList<string> Models { get; init; } = [];

    /// <summary>Where models lie that were fetched; by default in the user's own files.</summary>
    [Required]
    public string ModelCacheFolder { get; set; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData) is { Length: > 0 }
            folder
            ? folder
            : Path.GetTempPath(),
        "renderfarm",
        "models");

    /// <summary>
    /// The most bytes of fetched models; the least recently used go first, one in use never. The
    /// default, 200 GB, holds three of the largest.
    /// </summary>
    [Range(1L << 20, long.MaxValue)]
    public long ModelCacheBytes { get; set; } = 200_000_000_000;

    /// <summary>
    /// <c>cpu</c>, <c>cuda</c>, or <c>auto</c>: the GPU if there is one that works, else the CPU.
    /// </summary>
    [RegularExpression("^(cpu|cuda|auto)$")]
    public string Device { get; set; } = "auto";

    /// <summary>Which GPU, from 0; a worker owns one.</summary>
    [Range(0, 15)]
    public int GpuIndex { get; set; }

    /// <summary>
    /// Threads of one network on the CPU, 0 for one a core. Part of the numerics profile; where it
    /// is not set, pixels agree between machines.
    /// </summary>
    [Range(0, 256)]
    public int? ThreadCount { get; set; }

    /// <summary>ONNX Runtime's CUDA provider; looked for where it is not set.</summary>
    public string? CudaProviderPath { get; set; }

    /// <summary>Folders of the CUDA and cuDNN libraries, if the loader lacks them.</summary>
    [MaxLength(16)]
    public IList<string> CudaLibraryFolders { get; init; } = [];

    /// <summary>
    /// Denoisers' runs are recorded on the GPU and repeated as a whole (CUDA graphs), where they
    /// can be; the log says where not. Off, because it has not been seen on a GPU. Workers of one
    /// farm should agree on it until <c>bench/gpu</c> says that pixels do not depend on it.
    /// </summary>
    public bool DeviceGraphs { get; set; }

    /// <summary>Where clips lie until they are uploaded; by default in the temp folder.</summary>
    [Required]
    public string ScratchFolder { get; set; } =
        Path.Combine(Path.GetTempPath(), "renderfarm-worker");

    /// <summary>
    /// How long a worker that is told to stop may go on with its shot; a shot that needs longer is
    /// handed back at once, with a checkpoint that has the same time to be written. The default
    /// leaves five of the thirty seconds that Kubernetes gives.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan GraceTime { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>
    /// An attempt that makes no step for this long, and for six times its usual step, is given up.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan StallTime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long an attempt may take to its first step, before which nobody knows what is usual. A
    /// shot of two hours in eight steps needs a quarter of an hour for each.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:05", "1.00:00:00")]
    public TimeSpan FirstStepTime { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>
    /// A render leaves a checkpoint at most this often, and when it is stopped before its end;
    /// <c>00:00:00</c> leaves none. This is what the loss of a worker costs at most, and a
    /// checkpoint is a few megabytes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan CheckpointPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a claim waits for its answer before the ticket goes back; the Broker answers in
    /// milliseconds, or restarts within this.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan ClaimTime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a call of the object store is tried again before the attempt fails; a clip costs
    /// more than this wait.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan StorePatience { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a result is offered to the bus. After that the Broker finds an accepted clip in
    /// the store by itself, and an unaccepted one by its lease.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ReportPatience { get; set; } = TimeSpan.FromMinutes(15);

    private static string MadeUpId()
    {
        var letters = Environment.MachineName.ToLowerInvariant()
            .Where(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
            .SkipWhile(letter => letter == '-')
            .Take(48);
        var host = new string([.. letters]);
        var chance = RandomNumberGenerator.GetHexString(4, lowercase: true);
        return host.Length == 0 ? $"worker-{chance}" : $"{host}-{chance}";
    }
}

[OptionsValidator]
internal sealed partial class WorkerOptionsRules : IValidateOptions<WorkerOptions>;
