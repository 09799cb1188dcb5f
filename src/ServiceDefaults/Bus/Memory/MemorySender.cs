using MassTransit;

namespace RenderFarm.ServiceDefaults.Bus.Memory;

/// <summary>
/// Sends within one process, where all consumers are there before anything is sent.
/// </summary>
internal sealed class MemorySender(IBus bus) : IFarmSender
{
    public async Task SendAsync<T>(string queue, T message, CancellationToken cancellationToken)
        where T : class
    {
        var endpoint = await bus.GetSendEndpoint(AddressOf(queue));
        await endpoint.Send(message, cancellationToken);
    }

    public static Uri AddressOf(string queue) => new($"queue:{queue}");
}
