using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.State;

/// <summary>Where jobs wait for their turn: those of one class and one tenant.</summary>
internal readonly record struct DispatchLine(JobPriority Class, string TenantId)
{
    /// <summary>Where a job waits.</summary>
    public static DispatchLine Of(JobState job) =>
        new(job.Priority, job.PayingTenant ?? job.TenantId);

    /// <summary>Its name in indexes; classes have no colon.</summary>
    public string Name => $"{Class.ToString().ToLowerInvariant()}:{TenantId}";

    /// <summary>Reads what <see cref="Name"/> wrote.</summary>
    public static DispatchLine Read(string name)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return new(
            Enum.Parse<JobPriority>(name.AsSpan(0, colon), ignoreCase: true), name[(colon + 1)..]);
    }
}
