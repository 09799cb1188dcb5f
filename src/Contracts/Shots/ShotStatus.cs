using System.Text.Json.Serialization;

namespace RenderFarm.Contracts.Shots;

/// <summary>Where a shot stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ShotStatus>))]
public enum ShotStatus
{
    /// <summary>It continues a shot that is not rendered yet.</summary>
    [JsonStringEnumMemberName("waiting")]
    Waiting,

    /// <summary>It can be rendered.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,

    /// <summary>A worker has it.</summary>
    [JsonStringEnumMemberName("leased")]
    Leased,

    /// <summary>A try failed; the next one waits for its moment.</summary>
    [JsonStringEnumMemberName("delayed")]
    Delayed,

    /// <summary>Its clip is accepted. Final.</summary>
    [JsonStringEnumMemberName("rendered")]
    Rendered,

    /// <summary>It will not be rendered. Final.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It, or its job, was stopped. Final.</summary>
    [JsonStringEnumMemberName("canceled")]
    Canceled,

    /// <summary>Its owner paused it; no worker has it.</summary>
    [JsonStringEnumMemberName("held")]
    Held,
}
