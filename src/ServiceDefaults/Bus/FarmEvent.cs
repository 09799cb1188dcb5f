namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>An event as it arrived.</summary>
/// <param name="RoutingKey">Its routing key; the last word is its type.</param>
/// <param name="MessageId">Its id; the same event sent twice has the same.</param>
/// <param name="Body">Plain JSON.</param>
public sealed record FarmEvent(string RoutingKey, string MessageId, ReadOnlyMemory<byte> Body)
{
    /// <summary>The event's type, as in <c>JobCompleted</c>.</summary>
    public string Type => RoutingKey[(RoutingKey.LastIndexOf('.') + 1)..];
}
