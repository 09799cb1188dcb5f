using System.Globalization;
using RenderFarm.Contracts.Film;

namespace RenderFarm.Media.Clips;

/// <summary>
/// The one way in which clips, and the pieces of a reel that are encoded anew, are encoded. Clips
/// of one size and rate get the same parameter sets, so that they join without being encoded again.
/// </summary>
internal static class ClipEncoding
{
    /// <summary>
    /// Frames from one keyframe to the next. Short, because a transition re-encodes up to the next
    /// one; 8 instead of 24 costs about a tenth more bytes.
    /// </summary>
    public const int KeyframeInterval = 8;

    /// <summary>The widest and highest frame, in pixels.</summary>
    public const int LongestSide = 8192;

    private const int LeastTicksPerSecond = 10_000;

    // stitchable: headers that do not depend on the content. cpu-independent and the fixed number
    // of threads: the same bytes on every machine. No B-frames: a clip can end after any frame.
    private static readonly string X264 = string.Create(
        CultureInfo.InvariantCulture,
        $"keyint={KeyframeInterval}:min-keyint={KeyframeInterval}:scenecut=0:open-gop=0:bframes=0"
        + $":ref=2:stitchable=1:cpu-independent=1");

    /// <summary>Says what no encoder could do, before any process starts.</summary>
    /// <exception cref="ArgumentException">The size or the rate is out of range.</exception>
    public static void Check(FrameSize size, FrameRate rate)
    {
        if (size.Width is < 2 or > LongestSide || size.Height is < 2 or > LongestSide
            || size.Width % 2 != 0 || size.Height % 2 != 0)
        {
            throw new ArgumentException(
                $"a frame is an even number of pixels wide and high, 2 to {LongestSide}; "
                + $"this one is {size}");
        }

        if (rate.Numerator < rate.Denominator || rate.Numerator > 240L * rate.Denominator
            || rate.Denominator < 1)
        {
            throw new ArgumentException($"a frame rate is 1 to 240 per second; this one is {rate}");
        }
    }

    /// <summary>Clock ticks per second, such that a frame lasts a whole number of them.</summary>
    public static long TicksPerSecond(FrameRate rate)
    {
        long ticks = rate.Numerator;
        while (ticks < LeastTicksPerSecond)
        {
            ticks *= 2;
        }

        return ticks;
    }

    /// <summary>Clock ticks that a frame lasts.</summary>
    public static long TicksPerFrame(FrameRate rate) =>
        TicksPerSecond(rate) / rate.Numerator * rate.Denominator;

    /// <summary>Raw frames on standard input.</summary>
    public static IEnumerable<string> RawInput(
        FrameSize size, FrameRate rate, string pixelFormat) =>
    [
        "-protocol_whitelist", "pipe", "-f", "rawvideo", "-pixel_format", pixelFormat,
        "-video_size", $"{size}", "-framerate", $"{rate}", "-i", "pipe:0",
    ];

    /// <summary>RGB, full range, to what is encoded: BT.709, limited range, 4:2:0.</summary>
    public static IEnumerable<string> FromRgb { get; } =
    [
        "-vf",
        "scale=in_range=full:out_range=limited:out_color_matrix=bt709"
        + ":flags=bicubic+accurate_rnd+full_chroma_int+bitexact,format=yuv420p",
    ];

    /// <summary>The encoder's settings.</summary>
    /// <param name="nearlyLossless">
    /// Frames that are kept as they are as far as 8 bits allow: first and last, counted from 0.
    /// </param>
    public static IEnumerable<string> H264((int First, int Last)? nearlyLossless = null) =>
    [
        "-c:v", "libx264", "-preset", "fast", "-crf", "14", "-threads", "2", "-x264-params",
        nearlyLossless is var (first, last) ? $"{X264}:zones={first},{last},q=1" : X264,
        "-fps_mode", "passthrough", .. ColourTags,
    ];

    /// <summary>What the picture's numbers mean.</summary>
    public static IEnumerable<string> ColourTags { get; } =
    [
        "-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709",
        "-color_trc", "bt709",
    ];

    /// <summary>An MP4 file that holds nothing that varies: no dates, no versions.</summary>
    public static IEnumerable<string> Mp4Output(FrameRate rate, string path) =>
    [
        "-video_track_timescale", $"{TicksPerSecond(rate)}", "-map_metadata", "-1",
        "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact",
        "-movflags", "+faststart+write_colr", "-f", "mp4", ToUrl(path),
    ];

    /// <summary>A file for reading, with the demuxer and the protocol fixed.</summary>
    public static IEnumerable<string> Input(string format, string path) =>
    [
        "-protocol_whitelist", "file", "-format_whitelist", format, "-f", format,
        "-i", ToUrl(path),
    ];

    /// <summary>A path in a form in which none of it means a protocol or an option.</summary>
    public static string ToUrl(string path) => "file:" + Path.GetFullPath(path);
}
