using System.Text.Json.Serialization;

namespace RenderFarm.Contracts.Film;

/// <summary>What becomes of a film one of whose shots cannot be rendered.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FailedShotRule>))]
public enum FailedShotRule
{
    /// <summary>The job fails at once, with the shot's reason.</summary>
    [JsonStringEnumMemberName("fail")]
    Fail,

    /// <summary>
    /// The film goes on, with a dark card as long as the shot in its place, and in the place of
    /// shots that continue it.
    /// </summary>
    [JsonStringEnumMemberName("card")]
    Card,
}
