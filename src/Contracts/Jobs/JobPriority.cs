using System.Text.Json.Serialization;

namespace RenderFarm.Contracts.Jobs;

/// <summary>The class of a job; a better class is dispatched first.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobPriority>))]
public enum JobPriority
{
    /// <summary>Somebody is watching.</summary>
    [JsonStringEnumMemberName("interactive")]
    Interactive,

    /// <summary>The usual.</summary>
    [JsonStringEnumMemberName("normal")]
    Normal,

    /// <summary>Whenever there is room.</summary>
    [JsonStringEnumMemberName("batch")]
    Batch,
}
