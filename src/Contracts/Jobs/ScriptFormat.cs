using System.Text.Json.Serialization;

namespace RenderFarm.Contracts.Jobs;

/// <summary>The form of a script.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ScriptFormat>))]
public enum ScriptFormat
{
    /// <summary>A storyboard document.</summary>
    [JsonStringEnumMemberName("json")]
    Json,

    /// <summary>A Fountain screenplay.</summary>
    [JsonStringEnumMemberName("fountain")]
    Fountain,

    /// <summary>Plain text, a paragraph a shot.</summary>
    [JsonStringEnumMemberName("text")]
    Text,
}
