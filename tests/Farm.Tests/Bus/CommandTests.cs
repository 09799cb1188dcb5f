using System.Text;
using System.Text.Json;
using RenderFarm.Servers;
using RenderFarm.ServiceDefaults.Bus;
using RenderFarm.ServiceDefaults.Bus.Rabbit;
using Xunit;

namespace RenderFarm.Farm.Tests.Bus;

public sealed class CommandTests(LocalServers servers) : IAsyncLifetime
{
    private readonly CancellationTokenSource stop = new();
    private BusHost bus = null!;
    private CommandClient client = null!;
    private Task answering = Task.CompletedTask;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // RabbitMQ's one queue of commands cannot be shared with other tests of this program.
        bus = await BusHost.StartAsync(await VirtualHost.CreateAsync(servers, Token), Token);
        client = await CommandClient.ConnectAsync(bus.Rabbit, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answering);
        await client.DisposeAsync();
        await bus.DisposeAsync();
        stop.Dispose();
    }

    [Fact]
    public async Task Command_Understood_IsAnsweredToItsSender()
    {
        ClientCommand? seen = null;
        Answer((command, _) =>
        {
            seen = command;
            return Task.FromResult(CommandOutcome.Reply("JobAccepted", "{\"ok\":1}"u8.ToArray()));
        });

        await client.SendAsync("{\"a\":1}", "m1", Token);
        var (properties, body) = await client.ReadAsync(client.Replies, Token);

        Assert.Equal("{\"ok\":1}", body);
        Assert.Equal(
            ("JobAccepted", "application/json", "answer to m1"),
            (properties.Type, properties.ContentType, properties.CorrelationId));
        Assert.Equal(
            ("SubmitJob", "application/json", "m1", client.Replies, "t1"),
            (seen!.Type, seen.ContentType, seen.MessageId, seen.ReplyTo, seen.Headers["tenant"]));
        Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString(seen.Body.Span));
    }

    [Fact]
    public async Task Command_Malformed_IsParkedWithItsReasonAndTheNextIsHandled()
    {
        Answer((command, _) =>
        {
            using var json = JsonDocument.Parse(command.Body);
            return Task.FromResult(CommandOutcome.Reply("JobAccepted", "{}"u8.ToArray()));
        });

        await client.SendAsync("{ not json", "bad", Token);
        await client.SendAsync("{}", "good", Token);
        var (reply, _) = await client.ReadAsync(client.Replies, Token);
        var (parked, body) = await client.ReadAsync(FarmQueues.Rejected, Token);

        Assert.Equal("answer to good", reply.CorrelationId);
        Assert.Equal(("bad", "SubmitJob", "{ not json"), (parked.MessageId, parked.Type, body));
        Assert.Contains("JsonReaderException", Reason(parked), StringComparison.Ordinal);
        Assert.Equal("t1", Encoding.UTF8.GetString((byte[])parked.Headers!["tenant"]!));
    }

    [Fact]
    public async Task Command_Refused_IsParkedAndItsSenderTold()
    {
        Answer((_, _) => Task.FromResult(
            CommandOutcome.Reply("JobRejected", "{}"u8.ToArray()) with { ParkedBecause = "no" }));

        await client.SendAsync("{}", "m1", Token);
        var (reply, _) = await client.ReadAsync(client.Replies, Token);
        var (parked, _) = await client.ReadAsync(FarmQueues.Rejected, Token);

        Assert.Equal("JobRejected", reply.Type);
        Assert.Equal("no", Reason(parked));
    }

    [Fact]
    public async Task Command_LargerThanTheLimit_IsParkedUnreadAndItsSenderTold()
    {
        Answer((command, _) => Task.FromResult(CommandOutcome.Reply(
            "JobRejected", Encoding.UTF8.GetBytes($"{command.Body.Length}: {command.Refusal}"))));

        await client.SendAsync(new byte[ClientCommand.MaxByteCount + 1], "m1", Token);
        var (_, told) = await client.ReadAsync(client.Replies, Token);
        var (parked, body) = await client.ReadAsync(FarmQueues.Rejected, Token);

        Assert.StartsWith("0: the body has 1048577 bytes", told, StringComparison.Ordinal);
        Assert.Equal("", body);
        Assert.Contains("1048577 bytes", Reason(parked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_AtTheLimit_IsRead()
    {
        Answer((command, _) => Task.FromResult(CommandOutcome.Reply(
            "Read", Encoding.UTF8.GetBytes($"{command.Body.Length}"))));

        await client.SendAsync(new byte[ClientCommand.MaxByteCount], "m1", Token);

        Assert.Equal("1048576", (await client.ReadAsync(client.Replies, Token)).Body);
    }

    [Fact]
    public async Task Command_UnansweredBecauseTheServiceStopped_IsAnsweredByTheNext()
    {
        using var first = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var ended = bus.Commands.AnswerAsync(async (_, token) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return CommandOutcome.Park("never");
        }, first.Token);
        await client.SendAsync("{}", "m1", Token);
        await begun.Task.WaitAsync(Token);

        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ended);
        Answer((_, _) => Task.FromResult(CommandOutcome.Reply("JobAccepted", "{}"u8.ToArray())));

        var (reply, _) = await client.ReadAsync(client.Replies, Token);
        Assert.Equal("JobAccepted", reply.Type);
        Assert.Equal(0u, await client.CountAsync(FarmQueues.Rejected, Token));
    }

    [Fact]
    public async Task Command_SenderGone_DoesNotHoldUpTheNext()
    {
        Answer((_, _) => Task.FromResult(CommandOutcome.Reply("JobAccepted", "{}"u8.ToArray())));
        var gone = await CommandClient.ConnectAsync(bus.Rabbit, Token);
        await gone.SendAsync("{}", "m1", Token);
        await gone.DisposeAsync();

        await client.SendAsync("{}", "m2", Token);

        var (reply, _) = await client.ReadAsync(client.Replies, Token);
        Assert.Equal("answer to m2", reply.CorrelationId);
    }

    private static string Reason(RabbitMQ.Client.IReadOnlyBasicProperties parked) =>
        Encoding.UTF8.GetString((byte[])parked.Headers![CommandDelivery.ReasonHeader]!);

    private void Answer(Func<ClientCommand, CancellationToken, Task<CommandOutcome>> answer) =>
        answering = bus.Commands.AnswerAsync(answer, stop.Token);
}
