using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Storage;
using RenderFarm.Worker.Attempts;
using RenderFarm.Worker.Checkpoints;
using RenderFarm.Worker.Committing;
using RenderFarm.Worker.Gpu;
using RenderFarm.Worker.Intake;
using RenderFarm.Worker.Packages;
using RenderFarm.Worker.Rendering;

namespace RenderFarm.Worker;

/// <summary>Puts a worker into a host.</summary>
public static class WorkerHosting
{
    /// <summary>Time between the end of the grace time and the end of the host.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Adds a worker: it loads its models when the host starts (a model that cannot be loaded stops
    /// the start), renders shots, and finishes or hands back when the host stops. The host must
    /// also have the bus, added last.
    /// </summary>
    public static IHostApplicationBuilder AddWorker(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddStorage(builder.Configuration);
        services.AddOptions<WorkerOptions>()
            .BindConfiguration(WorkerOptions.Section)
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<WorkerOptions>, WorkerOptionsRules>();
        services.AddOptions<HostOptions>().Configure<IOptions<WorkerOptions>>((host, worker) =>
        {
            var needed = worker.Value.GraceTime + LastWords;
            host.ShutdownTimeout = host.ShutdownTimeout > needed ? host.ShutdownTimeout : needed;
        });

        builder.AddFarmRequestClient<ClaimShot>(FarmQueues.Shots);
        builder.AddFarmRequestClient<RenewLease>(FarmQueues.Shots);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<BrokerLine>();
        services.AddSingleton<TicketIntake>();
        services.AddSingleton<WorkerAnnouncer>();
        services.AddSingleton<ModelSource>();
        services.AddSingleton<LoadedModels>();
        services.AddSingleton<PatientStore>();
        services.AddSingleton<CheckpointShelf>();
        services.AddSingleton<StoredInputs>();
        services.AddSingleton<ConditioningImages>();
        services.AddSingleton<SourceVideos>();
        services.AddSingleton<RequestWriter>();
        services.AddSingleton<ShotRenderer>();
        services.AddSingleton<ClipCommitter>();
        services.AddSingleton<AttemptRunner>();
        services.AddHostedService<GpuGauges>();
        services.AddHostedService<WorkerLoop>();
        services.AddHealthChecks().AddCheck<WorkerHealth>("worker", tags: ["ready"]);
        return builder;
    }
}
