using System.Text.Json.Serialization;

namespace RenderFarm.Broker.State;

/// <summary>How a message leaves the Broker.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OutgoingKind>))]
internal enum OutgoingKind
{
    /// <summary>A <c>RenderShot</c> to a model's queue.</summary>
    Ticket,

    /// <summary>An event to clients.</summary>
    Event,

    /// <summary>A <c>StitchReel</c> to the stitchers.</summary>
    Stitch,
}
