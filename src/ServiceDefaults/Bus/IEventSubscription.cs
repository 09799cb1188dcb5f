namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>A place where events arrive.</summary>
public interface IEventSubscription : IAsyncDisposable
{
    /// <summary>Events in the order of their arrival.</summary>
    IAsyncEnumerable<FarmEvent> ReadAllAsync(CancellationToken cancellationToken);
}
