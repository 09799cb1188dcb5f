using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RenderFarm.Broker.Census;
using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.Dispatch.Sweeps;
using RenderFarm.Broker.Garbage;
using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Jobs;
using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.State;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Storage;

namespace RenderFarm.Broker;

/// <summary>Adds the Broker to a program.</summary>
public static class BrokerHost
{
    /// <summary>
    /// Adds everything that the Broker is, with its consumers: sections <c>Broker</c>, <c>Jobs</c>,
    /// <c>Redis</c> and <c>Storage</c>. Call it before <c>AddFarmBus</c>. In the same process
    /// <see cref="JobIntake"/> takes jobs in without a bus.
    /// </summary>
    public static void AddBroker(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddHealthChecks().AddCheck<JobStoreHealth>("jobs", tags: ["ready"]);
        services.AddStorage(builder.Configuration);
        AddOptions(services);
        AddState(services, builder.Configuration);

        services.AddSingleton<BrokerMetrics>();
        services.AddSingleton<AcceptedClips>();
        services.AddSingleton<WorkerRoster>();
        services.AddSingleton<WorkerStandings>();
        services.AddSingleton<AttemptAdoption>();
        services.AddSingleton<ReadyLines>();
        services.AddSingleton<FairDispatch>();
        services.AddSingleton<TenantQuotas>();
        services.AddSingleton<FarmHistory>();
        services.AddSingleton<ShotPlacement>();
        services.AddSingleton<JobOutlooks>();
        services.AddSingleton<ShotDesk>();
        services.AddSingleton<SpecFiles>();
        services.AddSingleton<JobRecords>();
        services.AddSingleton<JobFolders>();
        services.AddSingleton<StoredSnapshots>();
        services.AddSingleton<EpochFiles>();
        services.AddSingleton<RebuildGate>();
        services.AddSingleton<StateRebuild>();
        services.AddSingleton<FilmFinisher>();
        services.AddSingleton<JobProgression>();
        services.AddSingleton<JobSnapshots>();
        services.AddSingleton<JobLists>();
        services.AddSingleton<FilmLinks>();
        services.AddSingleton<JobOpener>();
        services.AddSingleton<JobControl>();
        services.AddSingleton<JobReader>();
        services.AddSingleton(CreateIntake);
        services.AddSingleton<PatientHearing>();

        // The first of the loops: the others find the gate closed until it has looked.
        AddLoop<EpochWatch>(services);
        AddLoop<OutboxRelay>(services);
        AddLoop<Dispatcher>(services);
        AddLoop<ProgressFeed>(services);
        AddLoop<CommandIntake>(services);
        services.AddSingleton<ISweep, DelaySweep>();
        services.AddSingleton<ISweep, LeaseSweep>();
        services.AddSingleton<ISweep, TicketSweep>();
        services.AddSingleton<ISweep, JobSweep>();
        services.AddSingleton<ISweep, SpecSweep>();
        services.AddSingleton<ISweep, HistorySweep>();
        services.AddSingleton<ISweep, QuotaSweep>();
        AddGarbage(services);
        AddLoop<Sweeper>(services);
        AddLoop<FarmCensus>(services);

        builder.AddFarmConsumer<RequestConsumer>(FarmQueues.Requests);
        builder.AddFarmConsumer<ShotConsumer>(FarmQueues.Shots);
        builder.AddFarmConsumer<ReelConsumer>(FarmQueues.Reels);
    }

    private static void AddGarbage(IServiceCollection services)
    {
        services.AddOptions<GarbageOptions>()
            .BindConfiguration(GarbageOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GarbageOptions>, GarbageOptionsRules>();
        services.AddSingleton<Collector>();
        services.AddSingleton<GarbageFinder>();
        services.AddSingleton<GarbageMarks>();
        services.AddSingleton<ClipGarbage>();
        services.AddSingleton<InputGarbage>();
        services.AddSingleton<StateGarbage>();
        services.AddSingleton<JobGarbage>();
        services.AddSingleton<ISweep, GarbageSweep>();
    }

    private static void AddOptions(IServiceCollection services)
    {
        services.AddOptions<BrokerOptions>()
            .BindConfiguration(BrokerOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BrokerOptions>, BrokerOptionsRules>();
        services.AddOptions<JobReaderOptions>()
            .BindConfiguration(JobReaderOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<JobReaderOptions>, JobReaderOptionsValidator>();
        services.AddOptions<RedisOptions>().BindConfiguration(RedisOptions.Section);
    }

    private static void AddState(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<DispatchSignal>();
        services.AddSingleton<JobLedger>();
        services.AddSingleton<JobCloser>();
        var redis = configuration.GetSection(RedisOptions.Section).Get<RedisOptions>();
        if (string.IsNullOrEmpty(redis?.Url))
        {
            services.AddSingleton<IJobStore, MemoryJobStore>();
            return;
        }

        services.AddSingleton<RedisJobStore>();
        services.AddSingleton<IJobStore>(p => p.GetRequiredService<RedisJobStore>());
        services.AddHostedService(p => p.GetRequiredService<RedisJobStore>());
    }

    private static void AddLoop<T>(IServiceCollection services)
        where T : class, IHostedService
    {
        services.AddSingleton<T>();
        services.AddHostedService(p => p.GetRequiredService<T>());
    }

    private static JobIntake CreateIntake(IServiceProvider services) => new(
        services.GetRequiredService<JobReader>(),
        services.GetRequiredService<SpecFiles>(),
        services.GetRequiredService<JobOpener>(),
        services.GetRequiredService<JobControl>(),
        services.GetRequiredService<JobSnapshots>(),
        services.GetRequiredService<JobOutlooks>(),
        services.GetRequiredService<JobRecords>(),
        services.GetRequiredService<InputGarbage>(),
        services.GetRequiredService<IOptions<GarbageOptions>>(),
        services.GetRequiredService<RebuildGate>(),
        services.GetRequiredService<ILogger<JobIntake>>());
}
