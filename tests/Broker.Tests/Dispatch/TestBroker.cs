using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.Dispatch.Sweeps;
using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Planning;
using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Tests.Dispatch;

/// <summary>
/// A Broker with everything in place and none of its loops running: a test takes every step. Bus
/// and object store inject faults; the clock moves when it is told to.
/// </summary>
internal sealed class TestBroker : IAsyncDisposable
{
    private readonly IHost host;

    /// <summary>Makes a Broker.</summary>
    /// <param name="store">Where states are kept; memory of its own if null.</param>
    /// <param name="settings">Settings as in <c>Broker:LookAhead</c>.</param>
    public TestBroker(IJobStore? store = null, params (string Key, string Value)[] settings)
        : this(store, objects: null, settings)
    {
    }

    /// <summary>Makes a Broker over an object store of the test's own.</summary>
    public TestBroker(
        IJobStore? store, IObjectStore? objects, params (string Key, string Value)[] settings)
    {
        Objects = new FakeMemoryObjects(Time);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
            settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton(objects ?? Objects);
        builder.AddBroker();
        builder.Services.AddSingleton<ITicketQueue>(Bus);
        builder.Services.AddSingleton<IEventExchange>(Bus);
        builder.Services.AddSingleton<IFarmSender>(Bus);
        builder.Services.AddSingleton<ICommandChannel>(new NoCommands());
        if (store is not null)
        {
            builder.Services.AddSingleton(store);
        }

        host = builder.Build();
    }

    public TestTimeProvider Time { get; } = new();

    public FakeLossyBus Bus { get; } = new();

    public FakeMemoryObjects Objects { get; }

    public IJobStore Store => Get<IJobStore>();

    public JobLedger Ledger => Get<JobLedger>();

    public ShotDesk Desk => Get<ShotDesk>();

    public JobIntake Intake => Get<JobIntake>();

    public FilmFinisher Finisher => Get<FilmFinisher>();

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public ISweep Sweep(string name) =>
        host.Services.GetServices<ISweep>().Single(s => s.Name == name);

    /// <summary>Begins a job whose spec is written.</summary>
    public async Task<JobState> OpenAsync(JobSpec spec)
    {
        await Get<SpecFiles>().TryWriteAsync(spec, default);
        return await Get<JobOpener>().OpenAsync(spec, [], default);
    }

    /// <summary>Fills the queues, then sends what is in the outbox.</summary>
    public async Task PumpAsync()
    {
        await Get<Dispatcher>().FillAsync(default);
        await RelayAsync();
    }

    /// <summary>Sends what is in the outbox until nothing more can be sent.</summary>
    public async Task RelayAsync()
    {
        while (await Get<OutboxRelay>().RelayAsync(default) > 0)
        {
        }
    }

    public Task AnnounceAsync(
        string workerId,
        bool busy = false,
        bool leaving = false,
        string? queue = null,
        string? gpu = null,
        int? memoryGib = null) =>
        Get<WorkerRoster>().AnnounceAsync(
            new WorkerAnnounced
            {
                WorkerId = workerId,
                Queues = [queue ?? Films.Queue],
                Busy = busy,
                Leaving = leaving,
                Gpu = gpu,
                GpuMemoryBytes = memoryGib is { } gib ? (long)gib << 30 : null,
            },
            default);

    public async Task<JobState> JobAsync(string jobId) =>
        (await Ledger.FindJobAsync(jobId, default))!;

    public async Task<ShotState> ShotAsync(string jobId, int shotIndex) =>
        (await Ledger.FindShotsAsync(jobId, [shotIndex], default))[0]!;

    /// <summary>The tickets that were sent, in order.</summary>
    public List<RenderShot> Tickets() =>
    [
        .. Bus.Tickets.Select(
            t => JsonSerializer.Deserialize<RenderShot>(t.Body, FarmJson.Options)!),
    ];

    public Task<ClaimReply> ClaimAsync(
        RenderShot ticket, string attemptId, string workerId = "worker-1") =>
        Desk.ClaimAsync(
            new ClaimShot
            {
                JobId = ticket.JobId,
                ShotIndex = ticket.ShotIndex,
                DispatchId = ticket.DispatchId,
                AttemptId = attemptId,
                WorkerId = workerId,
            },
            default);

    /// <summary>Renews a lease as a worker does that wants its attempt taken up again.</summary>
    public async Task<LeaseDirective> RenewAsync(
        string jobId, int shotIndex, string attemptId, int attemptNumber = 1) =>
        (await Desk.RenewAsync(
            new RenewLease
            {
                JobId = jobId,
                ShotIndex = shotIndex,
                AttemptId = attemptId,
                Stage = AttemptStage.Rendering,
                StepNumber = 3,
                StepCount = 4,
                WorkerId = "worker-1",
                AttemptNumber = attemptNumber,
                RenderKey = Films.RenderKey(jobId, shotIndex),
            },
            default)).Directive;

    public async Task<LeaseDirective> RenewAsync(RenderShot ticket, string attemptId) =>
        (await Desk.RenewAsync(
            new RenewLease
            {
                JobId = ticket.JobId,
                ShotIndex = ticket.ShotIndex,
                AttemptId = attemptId,
                Stage = AttemptStage.Rendering,
                StepNumber = 1,
                StepCount = 4,
            },
            default)).Directive;

    public Task FailAsync(
        RenderShot ticket,
        string attemptId,
        RenderError error = RenderError.Unexpected,
        string workerId = "worker-1") =>
        Desk.FailedAsync(
            new AttemptFailed
            {
                JobId = ticket.JobId,
                ShotIndex = ticket.ShotIndex,
                AttemptId = attemptId,
                WorkerId = workerId,
                Error = error,
                Message = "why",
            },
            default);

    /// <summary>Writes a clip's commit record, if it is the first, and says who is in it.</summary>
    public async Task<Clip> AcceptClipAsync(string jobId, int shotIndex, string attemptId)
    {
        var renderKey = Films.RenderKey(jobId, shotIndex);
        var key = ObjectKeys.AcceptedClip(Films.Tenant, renderKey);
        await Objects.PutIfAbsentAsync(
            key,
            JsonSerializer.SerializeToUtf8Bytes(
                Films.Clip(renderKey, attemptId), FarmJson.Options),
            "application/json",
            default);
        return JsonSerializer.Deserialize<Clip>(
            await Objects.TryGetAsync(key, int.MaxValue, default), FarmJson.Options)!;
    }

    /// <summary>Writes a clip's commit record and tells of it, as a worker does.</summary>
    public async Task CommitAsync(string jobId, int shotIndex, string attemptId) =>
        await Desk.CommittedAsync(
            new AttemptCommitted
            {
                JobId = jobId,
                ShotIndex = shotIndex,
                AttemptId = attemptId,
                Clip = await AcceptClipAsync(jobId, shotIndex, attemptId),
            },
            default);

    public async ValueTask DisposeAsync()
    {
        if (host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
    }

    private sealed class NoCommands : ICommandChannel
    {
        public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task AnswerAsync(
            Func<ClientCommand, CancellationToken, Task<CommandOutcome>> answer,
            CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
