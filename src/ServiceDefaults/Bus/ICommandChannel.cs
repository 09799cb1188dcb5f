namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>
/// Where commands as plain JSON arrive, from clients in any language: <see
/// cref="FarmQueues.Commands"/> on RabbitMQ, and nowhere in one process, where no such client can
/// be.
/// </summary>
public interface ICommandChannel
{
    /// <summary>
    /// Makes what clients send to and listen at, waiting for a server that is away: from then on
    /// nothing that they send is lost.
    /// </summary>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Hands over every command, up to eight at a time, until cancelled; outlives lost connections.
    /// A command is acknowledged after its reply and its parking are confirmed, so an answer must
    /// be harmless to give twice. A callback that throws parks its command.
    /// </summary>
    Task AnswerAsync(
        Func<ClientCommand, CancellationToken, Task<CommandOutcome>> answer,
        CancellationToken cancellationToken);
}
