using RenderFarm.Servers;

namespace RenderFarm.Farm.Tests.Bus;

public sealed class RabbitEventTests(LocalServers servers) : EventContract
{
    protected override async Task<string> UrlAsync() => (await servers.SettingsAsync())["Bus__Url"];
}

public sealed class MemoryEventTests : EventContract
{
    protected override Task<string> UrlAsync() => Task.FromResult("");
}
