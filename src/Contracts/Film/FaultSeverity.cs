using System.Text.Json.Serialization;

namespace RenderFarm.Contracts.Film;

/// <summary>How much a fault matters.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultSeverity>))]
public enum FaultSeverity
{
    /// <summary>Something was off and its meaning was plain; the reading is stated.</summary>
    [JsonStringEnumMemberName("fixed")]
    Fixed,

    /// <summary>It will render, but perhaps not as meant.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>It cannot be rendered as written.</summary>
    [JsonStringEnumMemberName("error")]
    Error,
}
