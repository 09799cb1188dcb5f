using RenderFarm.Contracts.Film;
using RenderFarm.Media.Clips;
using RenderFarm.Media.Ffmpeg;

namespace RenderFarm.Media.Reels;

/// <summary>
/// The sound under a film: decoded once to plain samples, so that its length is known and it can be
/// faded where it really ends, before the film or with it.
/// </summary>
internal sealed record Soundtrack
{
    private const int SamplesPerSecond = 48_000;
    private const int BytesPerSample = 4;
    private const int LongestFade = SamplesPerSecond / 2;
    private const int FadeIn = SamplesPerSecond / 200;

    /// <summary>The samples: two channels, 16 bits.</summary>
    public required string Path { get; init; }

    /// <summary>How many there are.</summary>
    public required long SampleCount { get; init; }

    /// <summary>How many the film needs.</summary>
    public required long FilmSampleCount { get; init; }

    /// <summary>ffmpeg's arguments to read it.</summary>
    public IEnumerable<string> Input =>
    [
        "-protocol_whitelist", "file", "-f", "s16le", "-ar", $"{SamplesPerSecond}", "-ac", "2",
        "-i", ClipEncoding.ToUrl(Path),
    ];

    /// <summary>
    /// No step at the start, none at the end, and as long as the film: silence follows a shorter
    /// one.
    /// </summary>
    public string Filter
    {
        get
        {
            var fade = Math.Clamp(SampleCount / 4, 1, LongestFade);
            return $"afade=t=in:ss=0:ns={Math.Clamp(SampleCount / 4, 1, FadeIn)},"
                + $"afade=t=out:ss={SampleCount - fade}:ns={fade},"
                + $"apad=whole_len={FilmSampleCount}";
        }
    }

    /// <summary>Decodes WAV, FLAC, MP3, Ogg or M4A, no further than the film is long.</summary>
    /// <exception cref="InvalidDataException">It is none of these, damaged, or empty.</exception>
    public static async Task<Soundtrack> ReadAsync(
        string source, string path, FrameRate rate, int frameCount, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var needed = (long)((Int128)frameCount * rate.Denominator * SamplesPerSecond
            / rate.Numerator);
        var format = await FindFormatAsync(source, cancellationToken);
        try
        {
            await FfmpegProcess.RunAsync(
                [
                    .. ClipEncoding.Input(format, source), "-map", "0:a:0", "-vn", "-af",
                    $"aresample={SamplesPerSecond},aformat=channel_layouts=stereo,"
                    + $"atrim=end_sample={needed}",
                    "-c:a", "pcm_s16le", "-ac", "2", "-f", "s16le", ClipEncoding.ToUrl(path),
                ],
                null, null, time, cancellationToken);
        }
        catch (FfmpegException problem) when (problem.ExitCode is not null)
        {
            throw new InvalidDataException(
                $"the soundtrack does not decode: {problem.ErrorLines}", problem);
        }

        var count = new FileInfo(path).Length / BytesPerSample;
        return count == 0
            ? throw new InvalidDataException("the soundtrack holds no sound")
            : new Soundtrack { Path = path, SampleCount = count, FilmSampleCount = needed };
    }

    private static async Task<string> FindFormatAsync(
        string path, CancellationToken cancellationToken)
    {
        var head = new byte[12];
        await using var file = File.OpenRead(path);
        await file.ReadAtLeastAsync(head, 12, throwOnEndOfStream: false, cancellationToken);
        return head switch
        {
            [0x52, 0x49, 0x46, 0x46, _, _, _, _, 0x57, 0x41, 0x56, 0x45] => "wav",
            [0x66, 0x4C, 0x61, 0x43, ..] => "flac",
            [0x4F, 0x67, 0x67, 0x53, ..] => "ogg",
            [0x49, 0x44, 0x33, ..] or [0xFF, >= 0xE0, ..] => "mp3",
            [_, _, _, _, 0x66, 0x74, 0x79, 0x70, ..] => "mov",
            _ => throw new InvalidDataException(
                "the soundtrack is none of WAV, FLAC, MP3, Ogg and M4A"),
        };
    }
}
