namespace RenderFarm.ServiceDefaults.Bus.Memory;

/// <summary>
/// No client in another process can reach this one over the bus: there are no commands.
/// </summary>
internal sealed class MemoryCommands(TimeProvider time) : ICommandChannel
{
    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task AnswerAsync(
        Func<ClientCommand, CancellationToken, Task<CommandOutcome>> answer,
        CancellationToken cancellationToken) =>
        Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
}
