using System.Net;
using System.Text.Json;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Broker.Tests.Intake;

public sealed class FilmRoutesTests : IAsyncLifetime
{
    private static readonly string Key = new('a', 64);

    private HttpBroker? broker;

    public async ValueTask InitializeAsync() => broker = await HttpBroker.StartAsync();

    public async ValueTask DisposeAsync() => await broker!.DisposeAsync();

    [Theory]
    [InlineData("clip", ".mp4")]
    [InlineData("picture", ".last.png")]
    public async Task Get_AcceptedClip_LeadsToWhereItIs(string part, string suffix)
    {
        var clip = Films.Clip(Key, "attempt");
        await broker!.Objects.PutIfAbsentAsync(
            ObjectKeys.AcceptedClip("studio", Key),
            JsonSerializer.SerializeToUtf8Bytes(
                clip with
                {
                    ObjectKey = ObjectKeys.Clip("studio", Key, "attempt"),
                    LastFrameKey = ObjectKeys.LastFrame("studio", Key, "attempt"),
                },
                FarmJson.Options),
            "application/json",
            TestContext.Current.CancellationToken);

        var got = await broker.GetAsync($"/v1/clips/{Key}/{part}");

        Assert.Equal(HttpStatusCode.Found, got.StatusCode);
        Assert.EndsWith(
            $"/{Key}/attempt{suffix}",
            got.Headers.Location!.AbsolutePath,
            StringComparison.Ordinal);
        Assert.True(got.Headers.CacheControl!.NoStore);
    }

    [Theory]
    [InlineData("/v1/clips/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/clip")]
    [InlineData("/v1/clips/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/tail")]
    [InlineData("/v1/clips/..%2f..%2fjobs/clip")]
    [InlineData("/v1/clips/short/picture")]
    [InlineData("/v1/jobs/nobody/files/reel")]
    [InlineData("/v1/jobs/..%2fx/files/reel")]
    [InlineData("/v1/jobs/job-1/files/reel")]
    [InlineData("/v1/jobs/job-1/files/spec.json")]
    public async Task Get_WhatIsNotThere_IsNotFound(string route)
    {
        await broker!.PostAsync("""{"jobId": "job-1", "prompt": "a red ball rolls"}""");

        var got = await broker.GetAsync(route);

        Assert.Equal(HttpStatusCode.NotFound, got.StatusCode);
    }
}
