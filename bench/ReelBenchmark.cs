using System.Diagnostics;
using System.Globalization;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;
using RenderFarm.Media;

namespace RenderFarm.Benchmarks;

/// <summary>A reel of 185 clips over ffmpeg's own concat copy of the same files.</summary>
internal static class ReelBenchmark
{
    private const int ClipCount = 185;
    private const int FrameCount = 48;
    private const int Rounds = 3;

    private static readonly FrameSize Size = new(320, 192);
    private static readonly FrameRate Rate = new(24, 1);

    public static async Task<string> RunAsync()
    {
        using var place = new Place();
        var paths = new string[ClipCount];
        var entries = new CutListEntry[ClipCount];
        await Parallel.ForAsync(0, ClipCount, async (index, token) =>
        {
            paths[index] = Path.Combine(place.Folder, $"clip{index:000}.mp4");
            entries[index] = await WriteClipAsync(index, paths[index], token);
        });
        var cut = new CutList
        {
            Size = Size,
            FrameRate = Rate,
            Codec = ReelCodec.H264,
            FrameCount = ClipCount * FrameCount,
            Entries = entries,
        };
        var list = Path.Combine(place.Folder, "list.txt");
        await File.WriteAllLinesAsync(list, paths.Select(p => $"file '{Path.GetFileName(p)}'"));

        // The best of a few rounds of each, taken in turn, so that neither has the quieter machine.
        var (ours, joined, theirs, decoded) =
            (TimeSpan.MaxValue, TimeSpan.MaxValue, TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            var copy = Path.Combine(place.Folder, $"copy{round}.mp4");
            theirs = Min(theirs, await TimeAsync(() => FfmpegAsync(
                "-f", "concat", "-i", list, "-c", "copy", "-movflags", "+faststart", copy)));
            decoded = Min(decoded, await TimeAsync(() => FfmpegAsync(
                "-i", copy, "-f", "null", "-")));
            var folder = Path.Combine(place.Folder, $"reel{round}");
            var join = new JoinWatch();
            ours = Min(ours, await TimeAsync(() => new ReelWriter(TimeProvider.System).WriteAsync(
                cut, e => paths[Array.IndexOf(entries, e)], null, folder, join, default)));
            joined = Min(joined, join.Joined);
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"reel: {ClipCount} clips of {FrameCount} frames joined in " +
            $"{joined.TotalSeconds:0.00} s, by ffmpeg's concat copy in " +
            $"{theirs.TotalSeconds:0.00} s: ratio {joined / theirs:0.00}; " +
            $"with the full decode that counts frames, the contact sheet and the timeline " +
            $"{ours.TotalSeconds:0.00} s: ratio {ours / (theirs + decoded):0.00} over " +
            $"concat copy and one decode ({decoded.TotalSeconds:0.00} s)");
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start);
    }

    private static async Task FfmpegAsync(params string[] arguments)
    {
        using var ffmpeg = Process.Start(
            new ProcessStartInfo("ffmpeg", ["-v", "error", "-y", .. arguments]))!;
        await ffmpeg.WaitForExitAsync();
    }

    private static async Task<CutListEntry> WriteClipAsync(
        int index, string path, CancellationToken cancellationToken)
    {
        var slate = new Slate
        {
            AttemptId = $"a{index}",
            RenderKey = $"k{index}",
            Model = "none",
            ModelDigest = "none",
            Seed = index,
            WorkerId = "bench",
        };
        var clip = await new ClipWriter(TimeProvider.System).WriteAsync(
            Frames(index), Size, Rate, FrameCount, slate, path, cancellationToken);
        return new CutListEntry
        {
            ShotId = $"shot-{index + 1}",
            Prompt = "a moving gradient",
            Transition = Transition.Cut,
            Clip = new Clip
            {
                RenderKey = slate.RenderKey,
                AttemptId = slate.AttemptId,
                ObjectKey = $"clips/{index}.mp4",
                LastFrameKey = $"clips/{index}.last.png",
                Sha256 = clip.Sha256,
                ByteCount = clip.ByteCount,
                FrameCount = clip.FrameCount,
                Size = Size,
                FrameRate = Rate,
                WorkerId = slate.WorkerId,
                Rendering = TimeSpan.Zero,
                Encoding = TimeSpan.Zero,
                Uploading = TimeSpan.Zero,
            },
        };
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Frames(int index)
    {
        var frame = new byte[Size.PixelCount * 3];
        for (var number = 0; number < FrameCount; number++)
        {
            for (var i = 0; i < frame.Length; i++)
            {
                frame[i] = (byte)((i / 3) + (number * 2) + (index * 7) + ((i % 3) * 40));
            }

            yield return frame;
            await Task.Yield();
        }
    }

    /// <summary>Notes when the film is joined: the writer then says that it is 0.8 done.</summary>
    private sealed class JoinWatch : IProgress<double>
    {
        private readonly long start = Stopwatch.GetTimestamp();

        public TimeSpan Joined { get; private set; } = TimeSpan.MaxValue;

        public void Report(double value)
        {
            if (value >= 0.8 && Joined == TimeSpan.MaxValue)
            {
                Joined = Stopwatch.GetElapsedTime(start);
            }
        }
    }
}
