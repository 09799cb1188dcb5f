using System.Globalization;

namespace RenderFarm.Benchmarks.Loops;

/// <summary>The process' resident memory over many clips in a row, frames read and all.</summary>
internal static class RenderMemory
{
    private const int Window = 20;

    public static string Measure(LoopModel model, int renderCount, CancellationToken token)
    {
        var resident = new double[Math.Max(renderCount, 3 * Window)];
        for (var index = 0; index < resident.Length; index++)
        {
            using (var clip = model.Pipeline.Generate(
                model.Small with { Seed = index }, null, token))
            {
                foreach (var frame in clip.Frames(token))
                {
                    ArgumentOutOfRangeException.ThrowIfZero(frame.Length);
                }
            }

            resident[index] = Environment.WorkingSet / 1e6;
        }

        // A window's median: a collection that is due has then been in some of it.
        var (early, late) = (Median(resident, Window), Median(resident, resident.Length - Window));
        return string.Create(CultureInfo.InvariantCulture,
            $"{late:0.0} MB / {early:0.0} MB = **{late / early:0.000}**; highest "
            + $"{resident.Max():0.0} MB");
    }

    private static double Median(double[] values, int from)
    {
        var window = values[from..(from + Window)];
        Array.Sort(window);
        return window[Window / 2];
    }
}
