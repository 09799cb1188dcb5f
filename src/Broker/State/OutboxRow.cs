namespace RenderFarm.Broker.State;

/// <summary>A message that is kept with the state it belongs to until it is sent.</summary>
/// <param name="Id">Its message id: the same message sent twice has the same.</param>
/// <param name="Message">What is to be sent.</param>
internal sealed record OutboxRow(string Id, Outgoing Message)
{
    /// <summary>A row for a new message.</summary>
    public static OutboxRow Of(Outgoing message, DateTimeOffset now) =>
        new(Guid.CreateVersion7(now).ToString(), message);
}
