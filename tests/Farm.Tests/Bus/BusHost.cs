using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.ServiceDefaults.Bus.Rabbit;

namespace RenderFarm.Farm.Tests.Bus;

/// <summary>A program of its own on the bus.</summary>
internal sealed class BusHost : IAsyncDisposable
{
    private readonly IHost host;

    private BusHost(IHost host) => this.host = host;

    public ITicketQueue Tickets => host.Services.GetRequiredService<ITicketQueue>();

    public IEventExchange Events => host.Services.GetRequiredService<IEventExchange>();

    public ICommandChannel Commands => host.Services.GetRequiredService<ICommandChannel>();

    public IFarmSender Sender => host.Services.GetRequiredService<IFarmSender>();

    /// <summary>The connection that clients in other languages would have.</summary>
    public RabbitConnection Rabbit => host.Services.GetRequiredService<RabbitConnection>();

    /// <summary>Starts it; an empty URL is a bus in memory.</summary>
    public static async Task<BusHost> StartAsync(
        string url,
        CancellationToken cancellationToken,
        Action<IHostApplicationBuilder>? add = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "bus-tests" });
        builder.Configuration.AddInMemoryCollection(
            [KeyValuePair.Create("Bus:Url", (string?)url), new("Bus:StartTimeout", "00:00:30")]);
        add?.Invoke(builder);
        builder.AddFarmBus();
        var host = builder.Build();
        try
        {
            await host.StartAsync(cancellationToken);
            return new(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    public T Get<T>()
        where T : notnull =>
        host.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
    }
}
