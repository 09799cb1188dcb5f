namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>What a tenant has waiting in a class.</summary>
/// <param name="TenantId">Who.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="Work">GPU-seconds at speed 1.</param>
internal sealed record TenantBacklog(string TenantId, double Weight, double Work);
