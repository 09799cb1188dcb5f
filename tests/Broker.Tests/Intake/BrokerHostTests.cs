using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RenderFarm.ServiceDefaults.Bus;
using Xunit;

namespace RenderFarm.Broker.Tests.Intake;

public sealed class BrokerHostTests : IDisposable
{
    private readonly string folder =
        Directory.CreateTempSubdirectory("renderfarm-host-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("LeaseDuration", "00:00:00")]
    [InlineData("AttemptLimit", "0")]
    [InlineData("LookAhead", "9")]
    [InlineData("SweepPeriod", "00:00:00.001")]
    [InlineData("UrlLifetime", "8.00:00:00")]
    [InlineData("RunningLimits:acme", "0")]
    public async Task Start_SettingOutOfRange_EndsAndNamesIt(string name, string value)
    {
        using var host = Build(($"Broker:{name}", value));

        var fault = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.StartAsync());

        Assert.Contains(name, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DefaultSettings_StartsAndStops()
    {
        using var host = Build();

        await host.StartAsync();
        await host.StopAsync();
    }

    private IHost Build(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(
            settings.Append(("Storage:Folder", folder))
                .Select(s => KeyValuePair.Create(s.Item1, (string?)s.Item2)));
        builder.AddBroker();
        builder.AddFarmBus();
        return builder.Build();
    }
}
