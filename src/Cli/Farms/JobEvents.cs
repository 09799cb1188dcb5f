using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Cli.Farms;

/// <summary>Reads a job's events by their type's name.</summary>
internal static class JobEvents
{
    private static readonly Dictionary<string, Type> Types = new Type[]
    {
        typeof(JobAccepted), typeof(JobRejected), typeof(ShotProgressed), typeof(ShotRendered),
        typeof(ShotFailed), typeof(ShotMissed), typeof(JobPaused), typeof(JobResumed),
        typeof(BudgetWarned), typeof(JobCompleted), typeof(JobFailed), typeof(JobCanceled),
    }.ToDictionary(t => t.Name);

    /// <summary>The event's record, or null for a type that a newer Broker knows.</summary>
    public static object? Read(FarmEvent farmEvent) =>
        Types.TryGetValue(farmEvent.Type, out var type)
            ? JsonSerializer.Deserialize(farmEvent.Body.Span, type, FarmJson.Options)
            : null;
}
