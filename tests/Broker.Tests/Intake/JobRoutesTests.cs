using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.Tests.Jobs;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.ServiceDefaults;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Storage;
using Xunit;

namespace RenderFarm.Broker.Tests.Intake;

/// <summary>The Broker's HTTP door, over a real socket.</summary>
public sealed class JobRoutesTests : IAsyncLifetime
{
    private readonly string folder =
        Directory.CreateTempSubdirectory("renderfarm-routes-").FullName;

    private WebApplication? application;
    private HttpClient? client;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([new("Storage:Folder", folder)]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults("broker");
        builder.AddBroker();
        builder.AddFarmBus();
        application = builder.Build();
        application.MapServiceDefaults();
        application.MapJobs();
        await application.Services.GetRequiredService<IObjectStore>().PutIfAbsentAsync(
            ObjectKeys.ModelManifest(Desk.Flipbook.Name),
            JsonSerializer.SerializeToUtf8Bytes(Desk.Flipbook, FarmJson.Options),
            "application/json",
            default);
        await application.StartAsync();
        client = new HttpClient { BaseAddress = new Uri(application.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        client!.Dispose();
        await application!.StopAsync();
        await application.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Post_SoundJob_IsAcceptedAndCanBeAskedAfter()
    {
        var posted = await PostAsync("""{"jobId": "job-1", "prompt": "a red ball rolls"}""");
        var snapshot = await client!.GetFromJsonAsync<JobSnapshot>(
            new Uri("/v1/jobs/job-1", UriKind.Relative), FarmJson.Options);

        Assert.Equal(HttpStatusCode.Accepted, posted.StatusCode);
        Assert.Equal(JobStatus.Rendering, snapshot!.Status);
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest, "command-malformed")]
    [InlineData("""{"prompt": 7}""", HttpStatusCode.BadRequest, "command-field")]
    [InlineData("{}", HttpStatusCode.UnprocessableEntity, "film-not-one")]
    public async Task Post_WhatIsNoJob_IsRejectedWithTheFault(
        string body, HttpStatusCode status, string code)
    {
        var posted = await PostAsync(body);

        Assert.Equal(status, posted.StatusCode);
        var rejected = await posted.Content.ReadFromJsonAsync<JobRejected>(FarmJson.Options);
        Assert.Contains(rejected!.Faults, f => f.Code == code);
    }

    [Fact]
    public async Task Post_MoreThanAMebibyte_IsTooLarge()
    {
        var posted = await PostAsync(
            "{\"prompt\": \"" + new string('a', ClientCommand.MaxByteCount) + "\"}");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, posted.StatusCode);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("job-1:0")]
    [InlineData("..%2f..%2fspec.json")]
    public async Task Get_UnknownJob_IsNotFound(string jobId)
    {
        var got = await client!.GetAsync(new Uri($"/v1/jobs/{jobId}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, got.StatusCode);
    }

    [Theory]
    [InlineData("job-1/pause", HttpStatusCode.OK, "\"status\":\"paused\"")]
    [InlineData("job-1/resume", HttpStatusCode.OK, "\"status\":\"rendering\"")]
    [InlineData("job-1/pause?shot=shot-1", HttpStatusCode.OK, "\"status\":\"held\"")]
    [InlineData("job-1/cancel", HttpStatusCode.OK, "\"status\":\"canceled\"")]
    [InlineData("job-1/cancel?shot=shot-1", HttpStatusCode.Conflict, "shot-needed")]
    [InlineData("job-1/resume?shot=shot-9", HttpStatusCode.Conflict, "shot-unknown")]
    [InlineData("nobody/pause", HttpStatusCode.NotFound, "nobody")]
    public async Task Post_WhatAnOwnerAsks_IsAnsweredWithHowTheJobStands(
        string route, HttpStatusCode status, string expected)
    {
        await PostAsync("""{"jobId": "job-1", "prompt": "a red ball rolls"}""");

        var posted = await client!.PostAsync(
            new Uri($"/v1/jobs/{route}", UriKind.Relative), content: null);

        Assert.Equal(status, posted.StatusCode);
        Assert.Contains(
            expected, await posted.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_WhileStatesAreRebuilt_IsToldToComeAgain()
    {
        var gate = application!.Services.GetRequiredService<RebuildGate>();
        gate.Close();

        var posted = await PostAsync("""{"jobId": "job-1", "prompt": "a red ball rolls"}""");
        var got = await client!.GetAsync(new Uri("/v1/jobs/job-1", UriKind.Relative));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, posted.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, got.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), posted.Headers.RetryAfter!.Delta);
        var rejected = await posted.Content.ReadFromJsonAsync<JobRejected>(FarmJson.Options);
        Assert.Equal("farm-rebuilding", Assert.Single(rejected!.Faults).Code);

        gate.Open(isRebuilt: false);
        var again = await client.GetAsync(new Uri("/v1/jobs/job-1", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task Health_RunningBroker_IsReady()
    {
        var ready = await client!.GetAsync(new Uri("/healthz/ready", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await client!.PostAsync(new Uri("/v1/jobs", UriKind.Relative), content);
    }
}
