using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>A request client that a service asked for before the transport was known.</summary>
internal abstract record FarmRequest(string Queue, TimeSpan Timeout)
{
    public abstract void AddTo(IServiceCollection services, Func<string, Uri> addressOf);
}

/// <summary>The same, knowing its message.</summary>
internal sealed record FarmRequest<T>(string Queue, TimeSpan Timeout) : FarmRequest(Queue, Timeout)
    where T : class
{
    // A singleton, where MassTransit would make one a scope: those who ask are long-lived services.
    public override void AddTo(IServiceCollection services, Func<string, Uri> addressOf) =>
        services.AddSingleton(provider => provider.GetRequiredService<IBus>()
            .CreateRequestClient<T>(addressOf(Queue), Timeout));
}
