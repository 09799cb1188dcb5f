using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Reels;
using RenderFarm.Media.Clips;

namespace RenderFarm.Media.Reels;

/// <summary>How pieces become one film: copied for H.264, else encoded anew.</summary>
internal static class ReelEncoding
{
    private const int LongestTitle = 200;

    /// <summary>The film's file name.</summary>
    public static string FileName(ReelCodec codec) =>
        codec == ReelCodec.Vp9 ? "reel.webm" : "reel.mp4";

    /// <summary>ffmpeg's list of pieces; it holds no name but ours.</summary>
    public static string ConcatList(IEnumerable<string> pieceNames) =>
        "ffconcat version 1.0\n" + string.Concat(pieceNames.Select(name => $"file '{name}'\n"));

    /// <summary>The arguments of the run that makes the film.</summary>
    /// <param name="cut">The film.</param>
    /// <param name="listPath">The list of pieces; their names are relative to it.</param>
    /// <param name="alike">
    /// True when all pieces have the same parameter sets: packets then pass as they are; otherwise
    /// each piece's are written before its first frame.
    /// </param>
    /// <param name="sound">The sound, if there is any.</param>
    /// <param name="path">Where the film goes.</param>
    public static IEnumerable<string> Arguments(
        CutList cut, string listPath, bool alike, Soundtrack? sound, string path) =>
    [
        "-protocol_whitelist", "file", "-format_whitelist", "concat,mov", "-f", "concat",
        "-safe", "1", "-auto_convert", alike ? "0" : "1", "-i", ClipEncoding.ToUrl(listPath),
        .. sound?.Input ?? [], "-map", "0:v:0", .. Video(cut), .. Audio(cut.Codec, sound),
        "-metadata", $"title={Title(cut)}", "-metadata", $"comment={Comment(cut)}",
        .. Container(cut, path),
    ];

    private static IEnumerable<string> Video(CutList cut)
    {
        // Frames are numbered anew: joined files' times are rounded, and frames are not.
        var renumber = $"settb={cut.FrameRate.Denominator}/{cut.FrameRate.Numerator},setpts=N";
        return cut.Codec switch
        {
            ReelCodec.Av1 =>
            [
                "-vf", renumber, "-fps_mode", "passthrough", "-c:v", "libsvtav1", "-preset", "8",
                "-crf", "24", "-g", "48", "-pix_fmt", "yuv420p", .. ClipEncoding.ColourTags,
            ],
            ReelCodec.Vp9 =>
            [
                "-vf", renumber, "-fps_mode", "passthrough", "-c:v", "libvpx-vp9", "-crf", "20",
                "-b:v", "0", "-deadline", "good", "-cpu-used", "4", "-row-mt", "1", "-threads",
                "4", "-g", "48", "-pix_fmt", "yuv420p", .. ClipEncoding.ColourTags,
            ],
            _ => ["-c:v", "copy", "-bsf:v", PieceWriter.Renumber(cut.FrameRate)],
        };
    }

    private static IEnumerable<string> Audio(ReelCodec codec, Soundtrack? sound) =>
        sound is null
            ? []
            :
            [
                "-map", "1:a:0", "-af", sound.Filter, "-c:a",
                codec == ReelCodec.Vp9 ? "libopus" : "aac", "-b:a", "192k",
            ];

    private static IEnumerable<string> Container(CutList cut, string path) =>
        cut.Codec == ReelCodec.Vp9
            ?
            [
                "-metadata", $"DIGITAL_SOURCE_TYPE={Slate.TrainedAlgorithmicMedia}",
                "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact",
                "-flags:a", "+bitexact", "-f", "webm", ClipEncoding.ToUrl(path),
            ]
            : ClipEncoding.Mp4Output(cut.FrameRate, path);

    private static string Title(CutList cut)
    {
        var title = new string([.. (cut.Title ?? "").Where(letter => !char.IsControl(letter))]);
        return title.Length <= LongestTitle ? title : title[..LongestTitle];
    }

    private static string Comment(CutList cut) => JsonSerializer.Serialize(
        new
        {
            Software = "RenderFarm",
            ShotCount = cut.Entries.Count,
            cut.FrameCount,
            DigitalSourceType = Slate.TrainedAlgorithmicMedia,
        },
        FarmJson.Options);
}
