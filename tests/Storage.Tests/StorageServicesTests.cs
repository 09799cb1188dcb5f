using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RenderFarm.Storage.Folders;
using RenderFarm.Storage.S3;
using Xunit;

namespace RenderFarm.Storage.Tests;

public sealed class StorageServicesTests(S3Server servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_Nothing_SaysWhatToSet()
    {
        var error = await FailAsync([]);

        Assert.Contains("Storage__S3__Endpoint", error, StringComparison.Ordinal);
        Assert.Contains("Storage__Folder", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SeveralWrongSettings_NamesEachAndNoSecret()
    {
        var error = await FailAsync(new()
        {
            ["Storage:S3:Endpoint"] = "localhost:7480",
            ["Storage:S3:Bucket"] = "A Bucket",
            ["Storage:S3:SecretKey"] = "the-secret",
            ["Storage:S3:PublicEndpoint"] = "clips.example.org",
            ["Storage:S3:MaxRetries"] = "11",
        });

        Assert.Contains("Storage__S3__Endpoint", error, StringComparison.Ordinal);
        Assert.Contains("Storage__S3__PublicEndpoint", error, StringComparison.Ordinal);
        Assert.Contains("Storage__S3__Bucket", error, StringComparison.Ordinal);
        Assert.Contains("Storage__S3__AccessKey", error, StringComparison.Ordinal);
        Assert.Contains("Storage__S3__MaxRetries", error, StringComparison.Ordinal);
        Assert.DoesNotContain("the-secret", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_FolderAndServer_AsksForOne()
    {
        var error = await FailAsync(new()
        {
            ["Storage:Folder"] = "/tmp/x",
            ["Storage:S3:Endpoint"] = "http://127.0.0.1:1",
        });

        Assert.Contains("both set", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_Server_MakesTheBucket()
    {
        var settings = await SettingsAsync();
        using var host = Build(settings);

        await host.StartAsync(Token);

        var store = Assert.IsType<S3Store>(host.Services.GetRequiredService<IObjectStore>());
        Assert.Null(await store.TryHeadAsync("t/a", Token));
    }

    [Fact]
    public async Task Start_ServerAwayAtFirst_WaitsForIt()
    {
        var settings = await SettingsAsync();
        await using var proxy = new AnswerLosingProxy(new Uri(settings["Storage:S3:Endpoint"]!))
        {
            ToEnd = 2,
        };
        settings["Storage:S3:Endpoint"] = proxy.Endpoint.AbsoluteUri;
        settings["Storage:S3:MaxRetries"] = "0";
        using var host = Build(settings);

        await host.StartAsync(Token);

        Assert.Equal(0, proxy.ToEnd);
        var store = host.Services.GetRequiredService<IObjectStore>();
        Assert.Null(await store.TryHeadAsync("t/a", Token));
    }

    [Fact]
    public async Task Start_ServerAway_CanBeStopped()
    {
        var settings = await SettingsAsync();
        settings["Storage:S3:Endpoint"] = "http://127.0.0.1:9";
        settings["Storage:S3:MaxRetries"] = "0";
        using var host = Build(settings);
        using var stop = new CancellationTokenSource();

        var start = host.StartAsync(stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
    }

    [Fact]
    public async Task Start_ServerThatLetsEverybodyWin_IsRefusedWithTheSetting()
    {
        var settings = await SettingsAsync();
        await using var careless = new AnswerLosingProxy(new Uri(settings["Storage:S3:Endpoint"]!))
        {
            TellsEverybodyWon = true,
        };
        settings["Storage:S3:Endpoint"] = careless.Endpoint.AbsoluteUri;
        using var host = Build(settings);

        var error = await Assert.ThrowsAsync<StoreException>(() => host.StartAsync(Token));

        Assert.Contains(
            "Storage__S3__AllowWeakWrites", error.Message, StringComparison.Ordinal);
        Assert.False(error.CanRetry);
    }

    [Fact]
    public async Task Start_ServerThatLetsEverybodyWin_IsUsedWhereThatIsAllowed()
    {
        var settings = await SettingsAsync();
        await using var careless = new AnswerLosingProxy(new Uri(settings["Storage:S3:Endpoint"]!))
        {
            TellsEverybodyWon = true,
        };
        settings["Storage:S3:Endpoint"] = careless.Endpoint.AbsoluteUri;
        settings["Storage:S3:AllowWeakWrites"] = "true";
        using var host = Build(settings);

        await host.StartAsync(Token);

        var store = host.Services.GetRequiredService<IObjectStore>();
        Assert.False(await store.ProbeConditionalWritesAsync(Token));
    }

    [Fact]
    public async Task Start_Folder_UsesIt()
    {
        var folder = Directory.CreateTempSubdirectory("farm-store-");
        using var host = Build(new() { ["Storage:Folder"] = folder.FullName });

        await host.StartAsync(Token);

        Assert.IsType<FolderStore>(host.Services.GetRequiredService<IObjectStore>());
        folder.Delete(recursive: true);
    }

    /// <summary>
    /// A bucket of its own: a start probes it, and others look at what a probe leaves behind.
    /// </summary>
    private async Task<Dictionary<string, string?>> SettingsAsync()
    {
        var settings = (await servers.SettingsAsync()).ToDictionary(
            s => s.Key.Replace("__", ":", StringComparison.Ordinal), s => (string?)s.Value);
        settings["Storage:S3:Bucket"] = "b" + Guid.NewGuid().ToString("n");
        return settings;
    }

    private static async Task<string> FailAsync(Dictionary<string, string?> settings)
    {
        using var host = Build(settings);
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => host.StartAsync(Token));
        return error.Message;
    }

    private static IHost Build(Dictionary<string, string?> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddStorage(builder.Configuration);
        return builder.Build();
    }
}
