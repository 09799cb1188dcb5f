using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using RenderFarm.Broker.Recovery;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.ServiceDefaults.Bus;
using Xunit;

namespace RenderFarm.Broker.Tests.Intake;

/// <summary>The Broker's HTTP door, over a real socket.</summary>
public sealed class JobRoutesTests : IAsyncLifetime
{
    private const string Job = """{"jobId": "job-1", "prompt": "a red ball rolls"}""";

    private HttpBroker? broker;

    public async ValueTask InitializeAsync() => broker = await HttpBroker.StartAsync();

    public async ValueTask DisposeAsync() => await broker!.DisposeAsync();

    [Fact]
    public async Task Post_SoundJob_IsAcceptedAndCanBeAskedAfter()
    {
        var posted = await broker!.PostAsync(Job);
        var snapshot = await broker!.Client.GetFromJsonAsync<JobSnapshot>(
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
        var posted = await broker!.PostAsync(body);

        Assert.Equal(status, posted.StatusCode);
        var rejected = await posted.Content.ReadFromJsonAsync<JobRejected>(FarmJson.Options);
        Assert.Contains(rejected!.Faults, f => f.Code == code);
    }

    [Fact]
    public async Task Post_MoreThanAMebibyte_IsTooLarge()
    {
        var posted = await broker!.PostAsync(
            "{\"prompt\": \"" + new string('a', ClientCommand.MaxByteCount) + "\"}");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, posted.StatusCode);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("job-1:0")]
    [InlineData("..%2f..%2fspec.json")]
    public async Task Get_UnknownJob_IsNotFound(string jobId)
    {
        var got = await broker!.Client.GetAsync(new Uri($"/v1/jobs/{jobId}", UriKind.Relative));

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
        await broker!.PostAsync(Job);

        var posted = await broker!.Client.PostAsync(
            new Uri($"/v1/jobs/{route}", UriKind.Relative), content: null);

        Assert.Equal(status, posted.StatusCode);
        Assert.Contains(
            expected, await posted.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_WhileStatesAreRebuilt_IsToldToComeAgain()
    {
        var gate = broker!.Services.GetRequiredService<RebuildGate>();
        gate.Close();

        var posted = await broker!.PostAsync(Job);
        var got = await broker!.Client.GetAsync(new Uri("/v1/jobs/job-1", UriKind.Relative));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, posted.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, got.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(5), posted.Headers.RetryAfter!.Delta);
        var rejected = await posted.Content.ReadFromJsonAsync<JobRejected>(FarmJson.Options);
        Assert.Equal("farm-rebuilding", Assert.Single(rejected!.Faults).Code);

        gate.Open(isRebuilt: false);
        var again = await broker!.Client.GetAsync(new Uri("/v1/jobs/job-1", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task Health_RunningBroker_IsReady()
    {
        var ready = await broker!.Client.GetAsync(new Uri("/healthz/ready", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    [Fact]
    public async Task List_OpenAndEndedJobs_IsNewestFirstAndOpenOnesBeforeEndedOnes()
    {
        foreach (var name in (string[])["one", "two", "three"])
        {
            await broker!.PostAsync($$"""{"jobId": "{{name}}", "prompt": "a red ball rolls"}""");
        }

        await broker!.Client.PostAsync(
            new Uri("/v1/jobs/three/cancel", UriKind.Relative), content: null);

        var all = await ListAsync("/v1/jobs");
        var first = await ListAsync("/v1/jobs?count=1");

        Assert.Equal(["two", "one", "three"], all.Select(job => job.JobId));
        Assert.Equal(
            [JobStatus.Rendering, JobStatus.Rendering, JobStatus.Canceled],
            all.Select(job => job.Status));
        Assert.Equal(["two"], first.Select(job => job.JobId));
        Assert.NotNull(all[2].EndedAt);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("201")]
    [InlineData("many")]
    [InlineData("-1")]
    public async Task List_CountOutOfRange_IsRefused(string count)
    {
        var got = await broker!.Client.GetAsync(
            new Uri($"/v1/jobs?count={count}", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, got.StatusCode);
        var rejected = await got.Content.ReadFromJsonAsync<JobRejected>(FarmJson.Options);
        Assert.Equal(
            $"expected 1 to 200 jobs, found '{count}'",
            Assert.Single(rejected!.Faults).Message);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.Accepted)]
    [InlineData("Origin", "http://elsewhere.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "HERE", HttpStatusCode.Accepted)]
    public async Task Post_ByABrowser_IsTakenFromOurOwnPageAlone(
        string header, string value, HttpStatusCode status)
    {
        var here = broker!.Client.BaseAddress!.GetLeftPart(UriPartial.Authority);
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri("/v1/jobs", UriKind.Relative))
        {
            Content = JsonContent.Create(new { prompt = "a red ball rolls" }),
            Headers = { { header, value == "HERE" ? here : value } },
        };

        var posted = await broker.Client.SendAsync(request);

        Assert.Equal(status, posted.StatusCode);
    }

    private async Task<IReadOnlyList<JobSummary>> ListAsync(string route) =>
        (await broker!.Client.GetFromJsonAsync<JobList>(
            new Uri(route, UriKind.Relative), FarmJson.Options))!.Jobs;
}
