using System.Text.Json.Serialization;

namespace RenderFarm.Contracts.Shots;

/// <summary>What a worker does with an attempt.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AttemptStage>))]
public enum AttemptStage
{
    /// <summary>It fetches conditioning images and the model.</summary>
    [JsonStringEnumMemberName("loading")]
    Loading,

    /// <summary>The pipeline runs.</summary>
    [JsonStringEnumMemberName("rendering")]
    Rendering,

    /// <summary>Frames become a clip, and the clip is checked.</summary>
    [JsonStringEnumMemberName("encoding")]
    Encoding,

    /// <summary>The clip goes to the object store.</summary>
    [JsonStringEnumMemberName("uploading")]
    Uploading,
}
