namespace RenderFarm.Broker.Tests.Hostile;

/// <summary>Bytes that somebody puts on a queue.</summary>
/// <param name="Queue">Where.</param>
/// <param name="ContentType">What they claim to be.</param>
/// <param name="Type">AMQP's type, which commands are told apart by.</param>
/// <param name="Body">The bytes.</param>
internal sealed record HostileMessage(string Queue, string ContentType, string Type, byte[] Body);
