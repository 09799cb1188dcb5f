using RenderFarm.Media.Ffmpeg;

namespace RenderFarm.Media;

/// <summary>Where ffmpeg is, and which one.</summary>
public static class FfmpegTool
{
    /// <summary>The full path of the <c>ffmpeg</c> on the <c>PATH</c>.</summary>
    /// <exception cref="FileNotFoundException">It is not installed.</exception>
    public static string FindLocation() => Find(Environment.GetEnvironmentVariable("PATH"))
        ?? throw new FileNotFoundException(
            "ffmpeg is not on the PATH; install ffmpeg: apt-get install ffmpeg");

    /// <summary>True when there is an <c>ffmpeg</c> on the <c>PATH</c>.</summary>
    public static bool IsInstalled =>
        Find(Environment.GetEnvironmentVariable("PATH")) is not null;

    /// <summary>Its version as it says it, as in <c>5.1.9-0+deb12u1</c>.</summary>
    /// <exception cref="FileNotFoundException">It is not installed.</exception>
    /// <exception cref="FfmpegException">It does not run.</exception>
    public static async Task<string> ReadVersionAsync(
        TimeProvider time, CancellationToken cancellationToken)
    {
        await using var ffmpeg = FfmpegProcess.Start(
            FindLocation(), ["-version"], null, FfmpegProcess.LongestSilence, time,
            cancellationToken);
        var first = await ffmpeg.ReadLineAsync() ?? "";
        while (await ffmpeg.ReadLineAsync() is not null)
        {
            // The rest says how it was built; it is read so that ffmpeg can end.
        }

        await ffmpeg.FinishAsync();
        return first.Split(' ') is ["ffmpeg", "version", var version, ..] ? version : first;
    }

    internal static string? Find(string? searchPath) =>
        (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "ffmpeg"))
            .FirstOrDefault(File.Exists);
}
