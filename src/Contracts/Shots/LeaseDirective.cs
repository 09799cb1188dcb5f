using System.Text.Json.Serialization;

namespace RenderFarm.Contracts.Shots;

/// <summary>The Broker's word to a worker that reports progress.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LeaseDirective>))]
public enum LeaseDirective
{
    /// <summary>The lease is renewed.</summary>
    [JsonStringEnumMemberName("continue")]
    Continue,

    /// <summary>The job was stopped: end the render at the next step and forget it.</summary>
    [JsonStringEnumMemberName("cancel")]
    Cancel,

    /// <summary>
    /// The attempt is no longer the worker's: somebody else has the shot, or it is done.
    /// </summary>
    [JsonStringEnumMemberName("lost")]
    Lost,

    /// <summary>
    /// The shot is paused: end the render at the next step and hand the attempt back.
    /// </summary>
    [JsonStringEnumMemberName("handBack")]
    HandBack,
}
