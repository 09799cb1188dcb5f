using Microsoft.Extensions.Options;
using RenderFarm.Servers;
using RenderFarm.ServiceDefaults.Bus;
using Xunit;

namespace RenderFarm.Farm.Tests.Bus;

public sealed class BusSettingTests(LocalServers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("rabbit:5672")]
    [InlineData("http://user:the-secret@rabbit:5672/")]
    [InlineData("amqp://user:the-secret@rabbit:5672/a/b")]
    [InlineData("amqp://")]
    public async Task Start_MalformedUrl_NamesTheSettingAndNoPassword(string url)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => BusHost.StartAsync(url, Token));

        Assert.Contains("Bus__Url", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WrongPassword_SaysAtOnceWhereAndWho()
    {
        var url = new UriBuilder((await servers.SettingsAsync())["Bus__Url"])
        {
            UserName = "nobody",
            Password = "the-secret",
        }.Uri;

        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => BusHost.StartAsync(url.AbsoluteUri, Token));

        Assert.Contains("Bus__Url", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{url.Host}:{url.Port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("refuses us", error.Message, StringComparison.Ordinal);
        Assert.Contains("nobody", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_UnknownVirtualHost_SaysSoAtOnce()
    {
        var url = new UriBuilder((await servers.SettingsAsync())["Bus__Url"]) { Path = "none" }.Uri;

        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => BusHost.StartAsync(url.AbsoluteUri, Token));

        Assert.Contains("virtual host 'none'", error.Message, StringComparison.Ordinal);
        Assert.Contains("refuses us", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Url_EveryPart_IsUnderstood()
    {
        var address = RabbitAddress.From(new() { Url = "amqps://me:p%40ss@rabbit/films%2Fnight" })!;

        Assert.Equal(("rabbit", 5671), (address.Host, address.Port));
        Assert.Equal("films/night", address.VirtualHost);
        Assert.Equal(("me", "p@ss", true), (address.User, address.Password, address.Tls));
        Assert.DoesNotContain("p@ss", address.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Url_Empty_IsABusInMemory() => Assert.Null(RabbitAddress.From(new()));
}
