using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace RenderFarm.ServiceDefaults.Bus.Rabbit;

/// <summary>Commands from <see cref="FarmQueues.Commands"/>, a quorum queue.</summary>
internal sealed class RabbitCommands(
    RabbitConnection connection,
    RabbitPublisher publisher,
    TimeProvider time,
    ILogger<RabbitCommands> log) : ICommandChannel
{
    private const ushort PrefetchCount = 32;
    private const ushort AtOnceCount = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        for (; ; )
        {
            try
            {
                await using var channel = await connection.OpenChannelAsync(
                    options: null, cancellationToken);
                await DeclareAsync(channel, cancellationToken);
                return;
            }
            catch (Exception e) when (RabbitFaults.MayPass(e, cancellationToken))
            {
                log.CommandsLost(e.Message);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    public async Task AnswerAsync(
        Func<ClientCommand, CancellationToken, Task<CommandOutcome>> answer,
        CancellationToken cancellationToken)
    {
        for (; ; )
        {
            try
            {
                await AnswerUntilLostAsync(answer, cancellationToken);
            }
            catch (Exception e) when (RabbitFaults.MayPass(e, cancellationToken))
            {
                log.CommandsLost(e.Message);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task AnswerUntilLostAsync(
        Func<ClientCommand, CancellationToken, Task<CommandOutcome>> answer,
        CancellationToken cancellationToken)
    {
        await using var channel = await connection.OpenChannelAsync(
            new CreateChannelOptions(false, false, null, AtOnceCount), cancellationToken);
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.ChannelShutdownAsync += (_, reason) =>
            Task.FromResult(lost.TrySetException(new IOException(reason.ReplyText)));
        await DeclareAsync(channel, cancellationToken);
        await channel.BasicQosAsync(0, PrefetchCount, global: false, cancellationToken);

        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.UnregisteredAsync += (_, _) =>
            Task.FromResult(lost.TrySetException(new ConsumerGoneException(FarmQueues.Commands)));
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            try
            {
                await AnswerOneAsync(channel, delivery, answer, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // What was not dealt with comes again, on a new channel.
                lost.TrySetException(new IOException(e.Message, e));
            }
        };
        await channel.BasicConsumeAsync(
            FarmQueues.Commands, autoAck: false, consumer, cancellationToken);
        await lost.Task.WaitAsync(cancellationToken);
    }

    private static async Task DeclareAsync(IChannel channel, CancellationToken cancellationToken)
    {
        await RabbitTopology.DeclareQueueAsync(channel, FarmQueues.Commands, cancellationToken);
        await RabbitTopology.DeclareRejectedAsync(channel, cancellationToken);
        await RabbitTopology.DeclareEventsAsync(channel, cancellationToken);
    }

    private async Task AnswerOneAsync(
        IChannel channel,
        BasicDeliverEventArgs delivery,
        Func<ClientCommand, CancellationToken, Task<CommandOutcome>> answer,
        CancellationToken cancellationToken)
    {
        var command = CommandDelivery.Read(delivery);
        var outcome = await DecideAsync(command, answer, cancellationToken);
        if (outcome.ParkedBecause is { } reason)
        {
            log.CommandParked(command.Type, command.MessageId, reason);
            await publisher.PublishAsync(CommandDelivery.Parked(command, reason),
                RabbitTopology.DeclareRejectedAsync, cancellationToken);
        }

        await ReplyAsync(command, outcome, cancellationToken);
        await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false, cancellationToken);
    }

    private async Task<CommandOutcome> DecideAsync(
        ClientCommand command,
        Func<ClientCommand, CancellationToken, Task<CommandOutcome>> answer,
        CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await answer(command, cancellationToken);
            return command.Refusal is null
                ? outcome
                : outcome with { ParkedBecause = command.Refusal };
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            log.CommandFailed(command.Type, command.MessageId, e);
            return CommandOutcome.Park(command.Refusal ?? $"{e.GetType().Name}: {e.Message}");
        }
    }

    private async Task ReplyAsync(
        ClientCommand command, CommandOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome.ReplyType is null || string.IsNullOrEmpty(command.ReplyTo))
        {
            return;
        }

        try
        {
            await publisher.PublishAsync(
                CommandDelivery.Reply(command, outcome), declare: null, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // A client that cannot be told asks again; its command must not hold up the others.
            log.ReplyLost(command.Type, command.MessageId, e.Message);
        }
    }
}
