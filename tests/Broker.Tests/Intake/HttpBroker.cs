using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Page;
using RenderFarm.Broker.Tests.Jobs;
using RenderFarm.Contracts;
using RenderFarm.ServiceDefaults;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Tests.Intake;

/// <summary>
/// A Broker on a free port, with a folder and the bus in memory, and no workers.
/// </summary>
internal sealed class HttpBroker : IAsyncDisposable
{
    private readonly string folder;
    private readonly WebApplication application;

    private HttpBroker(string folder, WebApplication application)
    {
        (this.folder, this.application) = (folder, application);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(application.Urls.Single()),
        };
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => application.Services;

    public IObjectStore Objects => Services.GetRequiredService<IObjectStore>();

    public static async Task<HttpBroker> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("renderfarm-routes-").FullName;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([new("Storage:Folder", folder)]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults("broker");
        builder.AddBroker();
        builder.AddFarmBus();
        var application = builder.Build();
        application.MapServiceDefaults();
        application.MapJobs();
        application.MapFilms();
        application.MapPage();
        await application.Services.GetRequiredService<IObjectStore>().PutIfAbsentAsync(
            ObjectKeys.ModelManifest(Desk.Flipbook.Name),
            JsonSerializer.SerializeToUtf8Bytes(Desk.Flipbook, FarmJson.Options),
            "application/json",
            default);
        await application.StartAsync();
        return new HttpBroker(folder, application);
    }

    /// <summary>Submits a job.</summary>
    public async Task<HttpResponseMessage> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await Client.PostAsync(new Uri("/v1/jobs", UriKind.Relative), content);
    }

    public Task<HttpResponseMessage> GetAsync(string route) =>
        Client.GetAsync(new Uri(route, UriKind.Relative));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await application.StopAsync();
        await application.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
