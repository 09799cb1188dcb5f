using System.Diagnostics;
using RenderFarm.Contracts.Shots;
using RenderFarm.Media;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>The frames of a clip's file as text, a digest for each.</summary>
internal static class ClipPrint
{
    public static string Of(string path)
    {
        var start = new ProcessStartInfo(
            "ffmpeg", ["-v", "error", "-i", path, "-map", "0:v:0", "-f", "framemd5", "-"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    /// <summary>What the file of these frames would have.</summary>
    public static async Task<string> OfAsync(IEnumerable<byte[]> frames, ShotTask task)
    {
        using var folder = new ScratchFolder();
        var slate = new Slate
        {
            JobId = "job",
            ShotId = "shot",
            AttemptId = "attempt",
            RenderKey = task.RenderKey,
            Model = task.Model,
            ModelDigest = task.ModelDigest,
            Seed = task.Seed,
            WorkerId = "worker",
        };
        await new ClipWriter(TimeProvider.System).WriteAsync(
            frames.Select(frame => new ReadOnlyMemory<byte>(frame)).ToAsyncEnumerable(),
            task.Size,
            task.FrameRate,
            task.FrameCount,
            slate,
            folder["clip.mp4"],
            default);
        return Of(folder["clip.mp4"]);
    }
}
