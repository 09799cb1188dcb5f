using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client.Exceptions;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;
using RenderFarm.Servers;
using RenderFarm.ServiceDefaults.Bus;
using Xunit;

namespace RenderFarm.Farm.Tests.Bus;

public sealed class MessageTests(LocalServers servers)
{
    private static readonly StitchReel Reel = new()
    {
        JobId = "job-1",
        TenantId = "t1",
        Revision = 2,
        CutListKey = "t/t1/jobs/job-1/r2/cut-list.json",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_ConsumerThere_IsAnswered(bool onRabbit)
    {
        await using var bus = await BusHost.StartAsync(await UrlAsync(onRabbit), Token, builder =>
        {
            builder.AddFarmConsumer<LeaseConsumer>(FarmQueues.Shots);
            builder.AddFarmRequestClient<RenewLease>(FarmQueues.Shots);
        });

        var answer = await bus.Get<IRequestClient<RenewLease>>()
            .GetResponse<LeaseRenewed>(Renewal(stepNumber: 3), Token);

        Assert.Equal(LeaseDirective.Continue, answer.Message.Directive);
    }

    [Fact]
    public async Task Request_ConsumerInAnotherProcess_IsAnswered()
    {
        var url = await UrlAsync(onRabbit: true);
        await using var broker = await BusHost.StartAsync(url, Token,
            builder => builder.AddFarmConsumer<LeaseConsumer>(FarmQueues.Shots));
        await using var worker = await BusHost.StartAsync(url, Token,
            builder => builder.AddFarmRequestClient<RenewLease>(FarmQueues.Shots));

        var answer = await worker.Get<IRequestClient<RenewLease>>()
            .GetResponse<LeaseRenewed>(Renewal(stepNumber: 3), Token);

        Assert.Equal(LeaseDirective.Continue, answer.Message.Directive);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_ConsumerThrows_IsAFaultToTheAsker(bool onRabbit)
    {
        await using var bus = await BusHost.StartAsync(await UrlAsync(onRabbit), Token, builder =>
        {
            builder.AddFarmConsumer<LeaseConsumer>(FarmQueues.Shots);
            builder.AddFarmRequestClient<RenewLease>(FarmQueues.Shots);
        });

        await Assert.ThrowsAsync<RequestFaultException>(() => bus.Get<IRequestClient<RenewLease>>()
            .GetResponse<LeaseRenewed>(Renewal(stepNumber: -1), Token));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_TwoConsumersOfOneQueue_ReachesEachWithItsOwn(bool onRabbit)
    {
        var got = new Arrivals();
        await using var bus = await BusHost.StartAsync(await UrlAsync(onRabbit), Token, builder =>
        {
            builder.Services.AddSingleton(got);
            builder.AddFarmConsumer<ReelConsumer>(FarmQueues.Stitch);
            builder.AddFarmConsumer<FailedReelConsumer>(FarmQueues.Stitch);
        });

        await bus.Sender.SendAsync(FarmQueues.Stitch, Reel, Token);
        await bus.Sender.SendAsync(FarmQueues.Stitch, Failure(), Token);

        Assert.Equal(Reel, await got.Reel.Task.WaitAsync(Token));
        Assert.Equal(Failure(), await got.Failure.Task.WaitAsync(Token));
    }

    [Fact]
    public async Task Send_NobodyEverListened_WaitsForTheFirstToCome()
    {
        var url = await UrlAsync(onRabbit: true);
        await using (var broker = await BusHost.StartAsync(url, Token))
        {
            await broker.Sender.SendAsync(FarmQueues.Stitch, Reel, Token);
        }

        var got = new Arrivals();
        await using var stitcher = await BusHost.StartAsync(url, Token, builder =>
        {
            builder.Services.AddSingleton(got);
            builder.AddFarmConsumer<ReelConsumer>(FarmQueues.Stitch);
        });

        Assert.Equal(Reel, await got.Reel.Task.WaitAsync(Token));
    }

    [Fact]
    public async Task Send_QueueDeletedMeanwhile_IsMadeAgain()
    {
        var url = await UrlAsync(onRabbit: true);
        await using var broker = await BusHost.StartAsync(url, Token);
        await broker.Sender.SendAsync(FarmQueues.Stitch, Failure(), Token);
        await using var channel = await broker.Rabbit.OpenChannelAsync(null, Token);
        await channel.QueueDeleteAsync(
            FarmQueues.Stitch, false, false, cancellationToken: Token);

        await broker.Sender.SendAsync(FarmQueues.Stitch, Reel, Token);

        Assert.Equal(1u, await channel.MessageCountAsync(FarmQueues.Stitch, Token));
    }

    [Fact]
    public async Task Send_ConsumerThrows_IsKeptInABoundedQueue()
    {
        const string errors = FarmQueues.Shots + "_error";
        await using var bus = await BusHost.StartAsync(
            await UrlAsync(onRabbit: true),
            Token,
            builder => builder.AddFarmConsumer<LeaseConsumer>(FarmQueues.Shots));

        await bus.Sender.SendAsync(FarmQueues.Shots, Renewal(stepNumber: -1), Token);
        var count = await CountOnceThereAsync(bus, errors);

        Assert.Equal(1u, count);
        await using var channel = await bus.Rabbit.OpenChannelAsync(null, Token);
        // RabbitMQ refuses to declare a queue again with other arguments than it has.
        await channel.QueueDeclareAsync(
            errors,
            durable: true,
            exclusive: false,
            autoDelete: false,
            new Dictionary<string, object?>
            {
                ["x-queue-type"] = "quorum",
                ["x-max-length"] = 10_000,
                ["x-message-ttl"] = 7 * 24 * 60 * 60 * 1000,
            },
            cancellationToken: Token);
    }

    [Theory]
    [InlineData("""{"jobId":null,"tenantId":"t","revision":1,"cutListKey":"k"}""")]
    [InlineData("""{"tenantId":"t","revision":1,"cutListKey":"k"}""")]
    public void StrictJson_MissingOrNull_IsRefused(string body)
    {
        var strict = FarmBus.StrictJson(new(System.Text.Json.JsonSerializerDefaults.Web));

        Assert.Throws<System.Text.Json.JsonException>(
            () => System.Text.Json.JsonSerializer.Deserialize<StitchReel>(body, strict));
    }

    private static RenewLease Renewal(int stepNumber) => new()
    {
        JobId = "job-1",
        ShotIndex = 0,
        AttemptId = "a1",
        Stage = AttemptStage.Rendering,
        StepNumber = stepNumber,
        StepCount = 8,
    };

    private static ReelFailed Failure() =>
        new() { JobId = "job-1", Revision = 2, Message = "no", Permanent = true };

    /// <summary>Asks until there is such a queue, and something in it.</summary>
    private static async Task<uint> CountOnceThereAsync(BusHost bus, string queue)
    {
        while (true)
        {
            try
            {
                // Of its own each time: a queue that is not there ends the channel.
                await using var channel = await bus.Rabbit.OpenChannelAsync(null, Token);
                if (await channel.MessageCountAsync(queue, Token) is var count and > 0)
                {
                    return count;
                }
            }
            catch (OperationInterruptedException)
            {
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token);
        }
    }

    private async Task<string> UrlAsync(bool onRabbit) =>
        onRabbit ? await VirtualHost.CreateAsync(servers, Token) : "";

    private sealed class Arrivals
    {
        public TaskCompletionSource<StitchReel> Reel { get; } = new();

        public TaskCompletionSource<ReelFailed> Failure { get; } = new();
    }

    private sealed class LeaseConsumer : IConsumer<RenewLease>
    {
        public Task Consume(ConsumeContext<RenewLease> context) => context.Message.StepNumber < 0
            ? throw new InvalidOperationException("a negative step")
            : context.RespondAsync(new LeaseRenewed { Directive = LeaseDirective.Continue });
    }

    private sealed class ReelConsumer(Arrivals got) : IConsumer<StitchReel>
    {
        public Task Consume(ConsumeContext<StitchReel> context) =>
            Task.FromResult(got.Reel.TrySetResult(context.Message));
    }

    private sealed class FailedReelConsumer(Arrivals got) : IConsumer<ReelFailed>
    {
        public Task Consume(ConsumeContext<ReelFailed> context) =>
            Task.FromResult(got.Failure.TrySetResult(context.Message));
    }
}
