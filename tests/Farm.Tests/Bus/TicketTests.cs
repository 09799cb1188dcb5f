using RenderFarm.Servers;

namespace RenderFarm.Farm.Tests.Bus;

public sealed class RabbitTicketTests(LocalServers servers) : TicketContract
{
    protected override async Task<string> UrlAsync() => (await servers.SettingsAsync())["Bus__Url"];
}

public sealed class MemoryTicketTests : TicketContract
{
    protected override Task<string> UrlAsync() => Task.FromResult("");
}
