using System.Diagnostics;

namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>A film's frames as digests, a line each.</summary>
internal static class Frames
{
    public static async Task<string> DigestAsync(string path, CancellationToken cancellationToken)
    {
        using var ffmpeg = Process.Start(new ProcessStartInfo("ffmpeg",
            ["-v", "error", "-i", path, "-map", "0:v:0", "-f", "framemd5", "-"])
        {
            RedirectStandardOutput = true,
        })!;
        var digests = await ffmpeg.StandardOutput.ReadToEndAsync(cancellationToken);
        await ffmpeg.WaitForExitAsync(cancellationToken);
        return ffmpeg.ExitCode == 0
            ? digests
            : throw new InvalidDataException($"'{path}' cannot be decoded");
    }
}
