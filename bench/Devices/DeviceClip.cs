using System.Diagnostics;
using System.Globalization;
using RenderFarm.Diffusion;

namespace RenderFarm.Benchmarks.Devices;

/// <summary>One clip: what came of it, and how long it took.</summary>
internal sealed class DeviceClip : IProgress<StepProgress>, ICheckpointSink
{
    private readonly List<double> steps = [];
    private readonly List<byte[]> frames = [];
    private long before;

    private DeviceClip()
    {
    }

    /// <summary>Seconds of each step but the first.</summary>
    public IReadOnlyList<double> Steps => steps;

    /// <summary>Seconds from the words to the last pixel.</summary>
    public double Seconds { get; private set; }

    /// <summary>After the last step; none where they are not kept.</summary>
    public float[] Latents { get; private set; } = [];

    public static DeviceClip Make(
        VideoPipeline pipeline, VideoRequest request, bool keepsLatents, CancellationToken token)
    {
        var made = new DeviceClip();
        var start = Stopwatch.GetTimestamp();
        using var clip = pipeline.Generate(
            request, made, null, keepsLatents ? made : null, token);
        made.frames.AddRange(clip.Frames(token).Select(frame => frame.ToArray()));
        made.Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return made;
    }

    /// <summary>The norm of the difference over the norm of what is expected.</summary>
    public static double Difference(float[] found, float[] expected)
    {
        var (difference, norm) = (0.0, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow((double)found[i] - expected[i], 2);
            norm += Math.Pow(expected[i], 2);
        }

        return Math.Sqrt(difference / norm);
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    /// <summary>This process' high-water mark, as the kernel keeps it.</summary>
    public static long PeakBytes()
    {
        var line = File.ReadLines("/proc/self/status")
            .First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return 1024 * long.Parse(parts[^2], CultureInfo.InvariantCulture);
    }

    public int LargestPixelDifference(DeviceClip other) => frames.Zip(other.frames)
        .Max(pair => pair.First.Zip(pair.Second).Max(both => Math.Abs(both.First - both.Second)));

    public void Report(StepProgress value)
    {
        var now = Stopwatch.GetTimestamp();
        if (value.StepNumber > 1)
        {
            steps.Add(Stopwatch.GetElapsedTime(before, now).TotalSeconds);
        }

        before = now;
    }

    public void Offer(StepProgress step, Func<Checkpoint> take)
    {
        if (step.StepNumber == step.StepCount)
        {
            Latents = take().Point.Latents;
        }
    }
}
