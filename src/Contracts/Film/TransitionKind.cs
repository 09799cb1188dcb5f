using System.Text.Json.Serialization;

namespace RenderFarm.Contracts.Film;

/// <summary>How one shot gives way to the next.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TransitionKind>))]
public enum TransitionKind
{
    /// <summary>A hard join; no frames are touched.</summary>
    [JsonStringEnumMemberName("cut")]
    Cut,

    /// <summary>
    /// The shots overlap by some frames and mix; the film is shorter by the overlap.
    /// </summary>
    [JsonStringEnumMemberName("crossFade")]
    CrossFade,

    /// <summary>The first shot fades to black, the next from black; no frame is lost.</summary>
    [JsonStringEnumMemberName("fade")]
    Fade,
}
