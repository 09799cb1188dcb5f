using MassTransit;
using Microsoft.Extensions.Options;
using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Jobs;
using RenderFarm.Contracts.Jobs;
using RenderFarm.ServiceDefaults;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Storage;

namespace RenderFarm.Cli.Farms;

/// <summary>
/// A farm at the end of a connection, asked over the bus as any .NET client asks.
/// </summary>
internal sealed class RemoteFarm : IFarm
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(60);

    private readonly IHost host;

    private RemoteFarm(IHost host) => this.host = host;

    /// <inheritdoc />
    public IObjectStore Store => host.Services.GetRequiredService<IObjectStore>();

    /// <inheritdoc />
    public string TenantId =>
        host.Services.GetRequiredService<IConfiguration>()["Jobs:TenantId"]
        ?? new JobReaderOptions().TenantId;

    /// <summary>
    /// Connects to the farm that the environment names, or the local one of a folder.
    /// </summary>
    /// <exception cref="FarmUnreachableException">There is none, or it cannot be used.</exception>
    public static async Task<RemoteFarm> ConnectAsync(
        string folder, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(FarmSettings.AsConfiguration(folder));
        builder.Configuration.AddEnvironmentVariables();
        if (string.IsNullOrEmpty(builder.Configuration["Bus:Url"]))
        {
            throw new FarmUnreachableException(
                $"no farm is known: there is no {FarmSettings.FileName} in '{folder}', and " +
                "Bus__Url is not set. Start a local one with: renderfarm up");
        }

        builder.AddServiceDefaults("renderfarm");
        builder.Logging.ClearProviders();
        builder.Services.AddStorage(builder.Configuration);
        builder.AddFarmRequestClient<SubmitJob>(FarmQueues.Requests, AnswerTimeout);
        builder.AddFarmRequestClient<GetJob>(FarmQueues.Requests, AnswerTimeout);
        builder.AddFarmRequestClient<CancelJob>(FarmQueues.Requests, AnswerTimeout);
        builder.AddFarmRequestClient<PauseJob>(FarmQueues.Requests, AnswerTimeout);
        builder.AddFarmRequestClient<ResumeJob>(FarmQueues.Requests, AnswerTimeout);
        IHost? host = null;
        try
        {
            builder.AddFarmBus();
            host = builder.Build();
            await host.StartAsync(cancellationToken);
            return new RemoteFarm(host);
        }
        catch (Exception e) when (
            e is InvalidOperationException or OptionsValidationException or StoreException)
        {
            host?.Dispose();
            throw new FarmUnreachableException(e.Message, e);
        }
    }

    /// <inheritdoc />
    public async Task<SubmitAnswer> SubmitAsync(
        SubmitJob command, StoryboardReading reading, CancellationToken cancellationToken)
    {
        // The farm reads the storyboard again and knows no lines of its source; we do.
        var answer = await AskAsync<SubmitJob, JobAccepted, JobRejected>(
            command, cancellationToken);
        return answer.Is(out Response<JobAccepted>? accepted)
            ? new SubmitAnswer(
                accepted.Message with { Faults = reading.Locate(accepted.Message.Faults) }, null)
            : answer.Is(out Response<JobRejected>? rejected)
                ? new SubmitAnswer(
                    null,
                    rejected.Message with { Faults = reading.Locate(rejected.Message.Faults) })
                : throw new FarmUnreachableException("the Broker's answer is unknown");
    }

    /// <inheritdoc />
    public async Task<JobSnapshot?> GetAsync(string jobId, CancellationToken cancellationToken) =>
        Snapshot(await AskAsync<GetJob, JobSnapshot, JobUnknown>(
            new GetJob { JobId = jobId }, cancellationToken));

    /// <inheritdoc />
    public async Task<JobSnapshot?> CancelAsync(
        string jobId, CancellationToken cancellationToken) =>
        (await TellAsync(new CancelJob { JobId = jobId }, cancellationToken)).Snapshot;

    /// <summary>Pauses, resumes or cancels a job or one of its shots.</summary>
    public async Task<JobAnswer> TellAsync<TCommand>(
        TCommand command, CancellationToken cancellationToken)
        where TCommand : class
    {
        try
        {
            var answer = await host.Services.GetRequiredService<IRequestClient<TCommand>>()
                .GetResponse<JobSnapshot, JobRejected, JobUnknown>(
                    command, cancellationToken, AnswerTimeout);
            return new JobAnswer(
                answer.Is(out Response<JobSnapshot>? snapshot) ? snapshot.Message : null,
                answer.Is(out Response<JobRejected>? rejected) ? rejected.Message : null);
        }
        catch (RequestTimeoutException e)
        {
            throw NoBroker(e);
        }
    }

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

    private static JobSnapshot? Snapshot(Response<JobSnapshot, JobUnknown> answer) =>
        answer.Is(out Response<JobSnapshot>? snapshot) ? snapshot.Message : null;

    private async Task<Response<T1, T2>> AskAsync<TCommand, T1, T2>(
        TCommand command, CancellationToken cancellationToken)
        where TCommand : class
        where T1 : class
        where T2 : class
    {
        try
        {
            return await host.Services.GetRequiredService<IRequestClient<TCommand>>()
                .GetResponse<T1, T2>(command, cancellationToken, AnswerTimeout);
        }
        catch (RequestTimeoutException e)
        {
            throw NoBroker(e);
        }
    }

    private static FarmUnreachableException NoBroker(RequestTimeoutException cause) =>
        new($"no Broker answered within {AnswerTimeout.TotalSeconds:0} s; is one running?", cause);
}
