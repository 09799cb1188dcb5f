using System.Text.Json.Serialization;

namespace RenderFarm.Broker.State;

/// <summary>Whose trouble a failed attempt was.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FailureOwner>))]
internal enum FailureOwner
{
    /// <summary>The shot's: what was asked for cannot be rendered by anybody.</summary>
    Shot,

    /// <summary>This worker's with this shot: the next try goes to another worker.</summary>
    Worker,

    /// <summary>The farm's: a store, a disk. Shot and worker are as good as before.</summary>
    Farm,

    /// <summary>Nobody knows: a shot may have killed its worker, or a cable was pulled.</summary>
    Unknown,
}
