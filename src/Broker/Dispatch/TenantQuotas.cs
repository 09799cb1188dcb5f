using Microsoft.Extensions.Options;
using RenderFarm.Broker.State;

namespace RenderFarm.Broker.Dispatch;

/// <summary>
/// How many shots a tenant may have out at once, over all queues and classes. A ticket counts like
/// a lease, since a worker may claim it at any moment; so the limit is checked in the step that
/// gives the ticket, and two Brokers keep it together.
/// </summary>
internal sealed class TenantQuotas(IJobStore store, IOptions<BrokerOptions> options)
{
    /// <summary>Whether anybody has a limit.</summary>
    public bool AreSet => options.Value.RunningLimits.Count > 0;

    /// <summary>What must have room for one more shot of a tenant; null without a limit.</summary>
    public IndexLimit? LimitOf(string? tenantId) =>
        tenantId is not null && options.Value.RunningLimits.TryGetValue(tenantId, out var most)
            ? new IndexLimit(IndexKeys.Out(tenantId), most)
            : null;

    /// <summary>
    /// How many more tickets of a queue tenants may have; who has no limit is not listed.
    /// </summary>
    /// <param name="tenantIds">Who has shots in it.</param>
    /// <param name="hasWorkers">
    /// Whether a live worker takes from it. If not, nobody's quota is spent on its tickets: they
    /// would lie there, and the tenant's other films would wait for them.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyDictionary<string, int>> RoomAsync(
        IEnumerable<string> tenantIds, bool hasWorkers, CancellationToken cancellationToken)
    {
        var room = new Dictionary<string, int>();
        foreach (var tenantId in AreSet ? tenantIds.Distinct() : [])
        {
            if (LimitOf(tenantId) is { } limit)
            {
                var left = hasWorkers
                    ? limit.Count - await store.CountIndexAsync(
                        limit.Index, double.NegativeInfinity, cancellationToken)
                    : 0;
                room[tenantId] = (int)Math.Max(0, left);
            }
        }

        return room;
    }
}
