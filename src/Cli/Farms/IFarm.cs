using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Jobs;
using RenderFarm.Contracts.Jobs;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Storage;

namespace RenderFarm.Cli.Farms;

/// <summary>
/// A farm as its client sees it: this process, or one at the end of a connection.
/// </summary>
internal interface IFarm : IAsyncDisposable
{
    /// <summary>Where images and sound beside a storyboard go.</summary>
    IObjectStore Store { get; }

    /// <summary>Whose films these are.</summary>
    string TenantId { get; }

    /// <summary>
    /// Asks for a film; the answer's faults name the places of the reading's source.
    /// </summary>
    Task<SubmitAnswer> SubmitAsync(
        SubmitJob command, StoryboardReading reading, CancellationToken cancellationToken);

    /// <summary>How a job stands, or null when it is unknown.</summary>
    Task<JobSnapshot?> GetAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>Stops a job; its last state, or null when it is unknown.</summary>
    Task<JobSnapshot?> CancelAsync(string jobId, CancellationToken cancellationToken);

    /// <summary>Starts to listen to a job's events.</summary>
    Task<IEventSubscription> ListenAsync(string jobId, CancellationToken cancellationToken);
}
