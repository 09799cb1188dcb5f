using System.Net;
using System.Text.RegularExpressions;
using RenderFarm.Broker.Tests.Intake;
using Xunit;

namespace RenderFarm.Broker.Tests.Page;

public sealed partial class PageRoutesTests : IAsyncLifetime
{
    private HttpBroker? broker;

    public async ValueTask InitializeAsync() => broker = await HttpBroker.StartAsync();

    public async ValueTask DisposeAsync() => await broker!.DisposeAsync();

    [Fact]
    public async Task Get_Start_IsThePageWhichMayLoadNothingFromElsewhere()
    {
        var got = await broker!.GetAsync("/");

        Assert.Equal("text/html; charset=utf-8", got.Content.Headers.ContentType!.ToString());
        var policy = Assert.Single(got.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith(
            "default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(got.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task Get_EveryFileThatThePageNames_IsThere()
    {
        var found = new HashSet<string>();
        var open = new Queue<string>(["/"]);
        while (open.TryDequeue(out var route))
        {
            var got = await broker!.GetAsync(route);
            Assert.True(got.StatusCode == HttpStatusCode.OK, route);
            var text = await got.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            foreach (Match name in FileName().Matches(text))
            {
                if (found.Add(name.Groups[1].Value))
                {
                    open.Enqueue($"/page/{name.Groups[1].Value}");
                }
            }
        }

        Assert.Contains("page.css", found);
        Assert.Contains("main.js", found);
    }

    [Fact]
    public async Task Get_FileThatTheClientHas_IsNotSentAgain()
    {
        var first = await broker!.GetAsync("/");
        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri("/", UriKind.Relative));
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        var second = await broker.Client.SendAsync(again, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("/page/index.html")]
    [InlineData("/page/nothing.js")]
    [InlineData("/page/..%2fappsettings.json")]
    public async Task Get_WhatIsNoFileOfThePage_IsNotFound(string route) =>
        Assert.Equal(HttpStatusCode.NotFound, (await broker!.GetAsync(route)).StatusCode);

    [GeneratedRegex("""["'](?:/page/|\./)([a-z]+\.(?:js|css|svg))["']""")]
    private static partial Regex FileName();
}
