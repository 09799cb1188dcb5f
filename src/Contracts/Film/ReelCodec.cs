using System.Text.Json.Serialization;

namespace RenderFarm.Contracts.Film;

/// <summary>The video codec of a reel.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReelCodec>))]
public enum ReelCodec
{
    /// <summary>H.264, 4:2:0, in MP4: plays everywhere, and cuts without re-encoding.</summary>
    [JsonStringEnumMemberName("h264")]
    H264,

    /// <summary>AV1 in MP4.</summary>
    [JsonStringEnumMemberName("av1")]
    Av1,

    /// <summary>VP9 in WebM.</summary>
    [JsonStringEnumMemberName("vp9")]
    Vp9,
}
