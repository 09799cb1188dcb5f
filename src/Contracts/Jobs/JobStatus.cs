using System.Text.Json.Serialization;

namespace RenderFarm.Contracts.Jobs;

/// <summary>Where a job stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobStatus>))]
public enum JobStatus
{
    /// <summary>Its spec is written; its shots are being planned.</summary>
    [JsonStringEnumMemberName("accepted")]
    Accepted,

    /// <summary>Shots are being rendered.</summary>
    [JsonStringEnumMemberName("rendering")]
    Rendering,

    /// <summary>Every clip is there; the reel is being joined.</summary>
    [JsonStringEnumMemberName("stitching")]
    Stitching,

    /// <summary>The reel is there. Final.</summary>
    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>A shot or the reel could not be made. Final.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Its owner stopped it. Final.</summary>
    [JsonStringEnumMemberName("canceled")]
    Canceled,

    /// <summary>Its owner paused it: clips under way are still taken, nothing new starts.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused,
}
