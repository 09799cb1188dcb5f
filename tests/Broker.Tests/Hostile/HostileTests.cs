using RabbitMQ.Client;
using RenderFarm.Broker.Tests.Intake;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Servers;
using RenderFarm.ServiceDefaults.Bus;
using StackExchange.Redis;
using Xunit;

namespace RenderFarm.Broker.Tests.Hostile;

/// <summary>
/// Ten thousand messages that were meant to do harm, at every door that the Broker has, on a real
/// RabbitMQ and a real Redis; then the same farm has to make a film.
/// </summary>
public sealed class HostileTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int MessageCount = 10_000;
    private const int Seed = 20260304;
    private static readonly string[] Doors =
        [FarmQueues.Commands, FarmQueues.Requests, FarmQueues.Shots, FarmQueues.Reels];

    private readonly string folder =
        Directory.CreateTempSubdirectory("renderfarm-hostile-").FullName;

    private ServerFolder? servers;

    public async ValueTask InitializeAsync() =>
        servers = await ServerFolder.StartAsync("rabbitmq,redis");

    public async ValueTask DisposeAsync()
    {
        await servers!.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Farm_TenThousandHostileMessages_MakesAFilmAfterwards()
    {
        output.WriteLine($"seed {Seed}");
        await using var broker = await StartAsync(workerCount: 0);
        await broker.Intake.SubmitAsync(
            new SubmitJob { JobId = "before", Prompt = "a red ball rolls" }, default);

        await SendAsync(new HostileMessages(new Random(Seed), "before"));
        await using var workers = await StartAsync(workerCount: 2);
        await using var events = await broker.ListenAsync("after");
        await broker.Intake.SubmitAsync(
            new SubmitJob
            {
                JobId = "after",
                Prompt = "a green ball",
                Priority = JobPriority.Interactive,
            },
            default);
        var heard = await TestFarm.ReadUntilAsync(events, nameof(JobCompleted));

        Assert.Contains(heard, e => e.Type == nameof(ShotRendered));
        await AssertNamesAsync();
    }

    private Task<TestFarm> StartAsync(int workerCount) => TestFarm.StartAsync(
        folder,
        workerCount,
        ("Bus:Url", servers!.Settings["Bus__Url"]),
        ("Redis:Url", servers.Settings["Redis__Url"]));

    private async Task SendAsync(HostileMessages messages)
    {
        var factory = new ConnectionFactory { Uri = new Uri(servers!.Settings["Bus__Url"]) };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        for (var number = 0; number < MessageCount; number++)
        {
            var message = messages.Next();
            await channel.BasicPublishAsync(
                "",
                message.Queue,
                mandatory: false,
                new BasicProperties
                {
                    ContentType = message.ContentType,
                    Type = message.Type,
                    ReplyTo = number % 3 == 0 ? FarmQueues.Shots : null,
                },
                message.Body);
        }

        // Everything is taken once the queues are empty.
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        foreach (var door in Doors)
        {
            while ((await channel.QueueDeclarePassiveAsync(door, late.Token)).MessageCount > 0)
            {
                await Task.Delay(
                    TimeSpan.FromMilliseconds(100), TimeProvider.System, late.Token);
            }
        }
    }

    /// <summary>No made-up name became part of a record's or an index' name.</summary>
    private async Task AssertNamesAsync()
    {
        var place = servers!.Settings["Redis__Url"].Split("://")[^1].Split('/')[0];
        using var redis = await ConnectionMultiplexer.ConnectAsync(place);
        var keys = redis.GetServer(redis.GetEndPoints()[0]).Keys(pattern: "farm:*", pageSize: 1000)
            .Select(key => (string)key!).ToList();

        Assert.NotEmpty(keys);
        Assert.All(keys, key => Assert.True(
            key.Length < 250
                && key.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '-' or '.' or '_'),
            $"'{key}' is no name of ours"));
    }
}
