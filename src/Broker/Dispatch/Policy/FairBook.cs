using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>
/// What tenants have had of a queue, to be kept between decisions. What is lost of it is fairness
/// for some minutes and nothing else.
/// </summary>
internal sealed record FairBook
{
    /// <summary>By class.</summary>
    public IReadOnlyDictionary<JobPriority, FairClass> Classes { get; init; } =
        new Dictionary<JobPriority, FairClass>();

    /// <summary>A class; one of zeros where nothing is known.</summary>
    public FairClass Of(JobPriority ofClass) =>
        Classes.GetValueOrDefault(ofClass) ?? new FairClass();
}
