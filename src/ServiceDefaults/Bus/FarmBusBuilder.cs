using MassTransit;
using Microsoft.Extensions.Hosting;

namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>
/// Collects what the services of one process want from the bus, so that one process may hold one
/// service or all of them: each adds its consumers, the program calls <c>AddFarmBus</c> once.
/// </summary>
public static class FarmBusBuilder
{
    private const string ConsumersKey = "RenderFarm.Consumers";
    private const string RequestsKey = "RenderFarm.Requests";

    /// <summary>Puts a consumer behind a queue of <see cref="FarmQueues"/>.</summary>
    public static void AddFarmConsumer<TConsumer>(
        this IHostApplicationBuilder builder, string queue)
        where TConsumer : class, IConsumer =>
        Consumers(builder).Add((queue, typeof(TConsumer)));

    /// <summary>
    /// Makes <see cref="IRequestClient{T}"/> (a singleton) that asks the consumer behind a queue
    /// and waits up to <paramref name="timeout"/> (10 s if null) for its answer.
    /// </summary>
    public static void AddFarmRequestClient<T>(
        this IHostApplicationBuilder builder, string queue, TimeSpan? timeout = null)
        where T : class =>
        Requests(builder)[typeof(T)] =
            new FarmRequest<T>(queue, timeout ?? TimeSpan.FromSeconds(10));

    internal static List<(string Queue, Type Consumer)> Consumers(
        IHostApplicationBuilder builder) =>
        Known(builder, ConsumersKey, () => new List<(string, Type)>());

    internal static Dictionary<Type, FarmRequest> Requests(IHostApplicationBuilder builder) =>
        Known(builder, RequestsKey, () => new Dictionary<Type, FarmRequest>());

    private static T Known<T>(IHostApplicationBuilder builder, string key, Func<T> create)
        where T : class
    {
        if (!builder.Properties.TryGetValue(key, out var known))
        {
            builder.Properties[key] = known = create();
        }

        return (T)known;
    }
}
