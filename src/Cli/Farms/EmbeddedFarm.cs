using Microsoft.Extensions.Options;
using RenderFarm.Broker;
using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Jobs;
using RenderFarm.Cli.Local;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Diffusion;
using RenderFarm.ServiceDefaults;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Stitcher;
using RenderFarm.Storage;
using RenderFarm.Worker;

namespace RenderFarm.Cli.Farms;

/// <summary>
/// Broker, worker and stitcher in this process: the bus and the job's state in memory, objects in
/// a folder. The code is the farm's own.
/// </summary>
internal sealed class EmbeddedFarm : IFarm
{
    private readonly IHost host;

    private EmbeddedFarm(IHost host) => this.host = host;

    /// <summary>What the farm is made of.</summary>
    public IServiceProvider Services => host.Services;

    /// <inheritdoc />
    public IObjectStore Store => host.Services.GetRequiredService<IObjectStore>();

    /// <inheritdoc />
    public string TenantId =>
        host.Services.GetRequiredService<IOptions<JobReaderOptions>>().Value.TenantId;

    private JobIntake Intake => host.Services.GetRequiredService<JobIntake>();

    /// <summary>Loads the model and starts the three services.</summary>
    public static async Task<EmbeddedFarm> StartAsync(
        EmbeddedFarmSettings settings, CancellationToken cancellationToken)
    {
        var model = settings.ModelFolder ?? InstallFolder.Flipbook;
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddEnvironmentVariables();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            // This farm is this process, whatever the environment says of another one.
            ["Bus:Url"] = "",
            ["Redis:Url"] = "",
            ["Storage:S3"] = null,
            ["Storage:Folder"] = settings.StoreFolder,
            ["Broker:ResumeJobs"] = "false",
            ["Worker:Id"] = "embedded",
            ["Worker:Device"] = settings.Device,
            ["Worker:Models:0"] = model,
            ["Jobs:DefaultModel"] = NameOf(model),
        });
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        // What stops the start is said once, by the command itself.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.AddServiceDefaults("renderfarm");
        // An interrupt cancels sends on their way; what that means for the film we say ourselves.
        builder.Logging.AddFilter("MassTransit", LogLevel.None);
        builder.AddBroker();
        builder.AddWorker();
        builder.AddStitcher();
        builder.AddFarmBus();
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken);
            return new EmbeddedFarm(host);
        }
        catch (Exception e) when (e is ModelException or DeviceException or IOException
            or UnauthorizedAccessException or OptionsValidationException)
        {
            host.Dispose();
            throw new FarmUnreachableException(e.Message, e);
        }
    }

    private static string NameOf(string model)
    {
        try
        {
            return ModelPackage.NameOf(model);
        }
        catch (ModelException e)
        {
            throw new FarmUnreachableException(e.Message, e);
        }
    }

    /// <inheritdoc />
    public Task<SubmitAnswer> SubmitAsync(
        SubmitJob command, StoryboardReading reading, CancellationToken cancellationToken) =>
        Intake.SubmitAsync(command, reading, cancellationToken);

    /// <inheritdoc />
    public Task<JobSnapshot?> GetAsync(string jobId, CancellationToken cancellationToken) =>
        Intake.GetAsync(new GetJob { JobId = jobId }, cancellationToken);

    /// <inheritdoc />
    public async Task<JobSnapshot?> CancelAsync(
        string jobId, CancellationToken cancellationToken) =>
        (await Intake.CancelAsync(new CancelJob { JobId = jobId }, cancellationToken)).Snapshot;

    /// <inheritdoc />
    public Task<IEventSubscription> ListenAsync(
        string jobId, CancellationToken cancellationToken) =>
        host.Services.GetRequiredService<IEventExchange>()
            .SubscribeAsync($"job.*.{jobId}.*", cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await host.StopAsync(CancellationToken.None);
        host.Dispose();
    }
}
