using RabbitMQ.Client.Exceptions;

namespace RenderFarm.ServiceDefaults.Bus.Rabbit;

/// <summary>Which failures on the way to RabbitMQ are a reason to try again.</summary>
internal static class RabbitFaults
{
    /// <returns>True for lost connections and channels, unless the caller gave up itself.</returns>
    public static bool MayPass(Exception e, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && e is RabbitMQClientException or IOException or TimeoutException
            or ObjectDisposedException or OperationCanceledException;
}
