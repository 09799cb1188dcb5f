using Xunit;

namespace RenderFarm.Servers;

/// <summary>
/// Real servers for the tests of this process: some of <c>rabbitmq,redis,s3</c>, all of them by
/// default. They are started when the first test asks and stopped when the last is over. A test
/// program names it as its assembly fixture.
/// </summary>
public class LocalServers : IAsyncLifetime
{
    private readonly string only;
    private readonly Lock gate = new();
    private Task<ServerFolder>? started;

    public LocalServers()
        : this("rabbitmq,redis,s3")
    {
    }

    protected LocalServers(string only) => this.only = only;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Every service's settings, as in <c>Bus__Url</c>.</summary>
    public async Task<IReadOnlyDictionary<string, string>> SettingsAsync()
    {
        lock (gate)
        {
            started ??= ServerFolder.StartAsync(only);
        }

        return (await started).Settings;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (started is { IsCompletedSuccessfully: true })
        {
            await (await started).DisposeAsync();
        }
    }
}
