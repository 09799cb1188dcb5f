using System.Diagnostics;
using System.Globalization;
using RenderFarm.Benchmarks.Processes;

namespace RenderFarm.Benchmarks.Dispatching;

/// <summary>
/// Processor time by program, of this process and of all that it started. On a machine with much
/// else to do it says more than the time on the wall.
/// </summary>
internal sealed class Effort
{
    private readonly Dictionary<string, TimeSpan> spent = [];

    /// <summary>What each has spent so far.</summary>
    public static Effort Read(Reaper reaper)
    {
        var effort = new Effort();
        using var own = Process.GetCurrentProcess();
        effort.Add("bench", own.TotalProcessorTime);
        foreach (var id in reaper.FindMarked())
        {
            try
            {
                using var process = Process.GetProcessById(id);
                effort.Add(process.ProcessName, process.TotalProcessorTime);
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
            {
                // It ended since it was found.
            }
        }

        return effort;
    }

    /// <summary>Adds what was spent between two looks.</summary>
    public void Add(Effort later, Effort sooner)
    {
        foreach (var (name, time) in later.spent)
        {
            Add(name, time - sooner.spent.GetValueOrDefault(name));
        }
    }

    /// <summary>Milliseconds for one of so many, in all and by program.</summary>
    public string Text(int count)
    {
        var parts = spent
            .Select(e => (e.Key, Cost: e.Value / count))
            .Where(e => e.Cost > TimeSpan.FromMicroseconds(5))
            .OrderByDescending(e => e.Cost)
            .ToList();
        var all = parts.Aggregate(TimeSpan.Zero, (sum, e) => sum + e.Cost);
        return Text(all) + " ms of processors a shot: "
            + string.Join(", ", parts.Select(e => $"{e.Key} {Text(e.Cost)}"));
    }

    private static string Text(TimeSpan cost) =>
        cost.TotalMilliseconds.ToString("0.00", CultureInfo.InvariantCulture);

    private void Add(string name, TimeSpan time) =>
        spent[name] = spent.GetValueOrDefault(name) + time;
}
