using System.Diagnostics;
using System.Globalization;
using RenderFarm.Diffusion;

namespace RenderFarm.Benchmarks.Reused;

/// <summary>One way to make clips, measured over several prompts.</summary>
/// <param name="stepCount">Steps of a clip.</param>
/// <param name="threshold">From when on a step is computed; 0 computes all.</param>
internal sealed class ReuseCase(int stepCount, double threshold)
{
    private const int Width = 160;
    private const int Height = 96;
    private const int FrameCount = 17;

    private readonly List<double> squares = [];
    private TimeSpan time;
    private int clipCount;
    private int reusedCount;

    /// <summary>Makes a clip, and compares it with the one that it stands for.</summary>
    /// <returns>Its frames.</returns>
    public byte[] Measure(
        VideoPipeline pipeline, string prompt, byte[]? whole, CancellationToken token)
    {
        var start = Stopwatch.GetTimestamp();
        var (frames, reused) = Render(pipeline, prompt, token);
        time += Stopwatch.GetElapsedTime(start);
        (clipCount, reusedCount) = (clipCount + 1, reusedCount + reused);
        if (whole is not null)
        {
            squares.Add(MeanSquare(whole, frames));
        }

        return frames;
    }

    /// <summary>The frames of a clip, RGB24, and how many of its steps were reused.</summary>
    public (byte[] Frames, int ReusedStepCount) Render(
        VideoPipeline pipeline, string prompt, CancellationToken token)
    {
        using var clip = pipeline.Generate(
            new VideoRequest
            {
                Prompt = prompt,
                Seed = 7,
                Width = Width,
                Height = Height,
                FrameCount = FrameCount,
                StepCount = stepCount,
                GuidanceScale = pipeline.Package.Manifest.Guidance.Default,
                Sampler = pipeline.Package.Manifest.Samplers[0],
                ReuseThreshold = threshold,
            },
            progress: null,
            token);
        return ([.. clip.Frames(token).SelectMany(frame => frame.ToArray())], clip.ReusedStepCount);
    }

    /// <summary>A row of the table.</summary>
    /// <param name="plain">What it is compared with.</param>
    public string Row(ReuseCase plain)
    {
        var computed = stepCount - ((double)reusedCount / clipCount);
        var name = threshold > 0 ? $"`reuse {threshold}`" : $"`steps {stepCount}`";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {computed:0.0} | {time.TotalSeconds / clipCount:0.00} s / "
                + $"{plain.time.TotalSeconds / plain.clipCount:0.00} s = "
                + $"**{time / plain.time:0.00}** "
                + $"| {PeakSignalToNoise(squares.Average())} "
                + $"({PeakSignalToNoise(squares.Max())}) |");
    }

    private static string PeakSignalToNoise(double square) => square == 0
        ? "equal"
        : string.Create(
            CultureInfo.InvariantCulture, $"{10 * Math.Log10(255.0 * 255.0 / square):0.0} dB");

    private static double MeanSquare(byte[] whole, byte[] frames)
    {
        var sum = 0.0;
        for (var i = 0; i < whole.Length; i++)
        {
            double difference = whole[i] - frames[i];
            sum += difference * difference;
        }

        return sum / whole.Length;
    }
}
