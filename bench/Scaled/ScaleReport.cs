using System.Globalization;
using System.Text;
using RenderFarm.Benchmarks.Processes;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Benchmarks.Scaled;

/// <summary>A run in Markdown.</summary>
internal static class ScaleReport
{
    public static string Write(
        ScaleSettings settings,
        ScalerTerms terms,
        ScaleFarm farm,
        JobDesk desk,
        Autoscaler scaler,
        ScaleToll toll,
        int killedCount)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) =>
            text.AppendLine(line.ToString(CultureInfo.InvariantCulture));

        Line($"Seed {settings.Seed}; every time of the chart divided by {settings.Speed:0.##}; a");
        Line($"worker that is told to stop has {settings.Grace.TotalSeconds:0.##} s. The measure:");
        Line($"`{terms.Query}`.");
        Line($"");
        Line($"| what | figure |");
        Line($"|---|---|");
        var done = desk.Jobs.Count(job => job.Snapshot?.Status == JobStatus.Completed);
        Line($"| films completed | {done} of {desk.Jobs.Count} |");
        Line($"| workers at most | {farm.Pool.MostCount} of {terms.Most} |");
        Line($"| workers told to stop | {farm.Pool.Stops.Count} |");
        Line($"| of them at work on a shot | {toll.BusyStopCount} |");
        Line($"| of them killed after their grace time | {killedCount} |");
        Line($"| attempts | {toll.AttemptCount} |");
        Line($"| handed back with a checkpoint that was gone on from | {toll.HandedBackCount} |");
        Line($"| lost | {toll.LostCount} |");
        Line($"| workers' time on attempts | {toll.Spent.TotalSeconds:0.0} s |");
        Line($"| of it done again | {toll.Wasted.TotalSeconds:0.0} s, {toll.WastedShare:0.00%} |");
        Line($"");
        Line($"| seconds | ready GPU-seconds | workers |");
        Line($"|---|---|---|");
        foreach (var (at, seconds, count) in scaler.Changes)
        {
            Line($"| {at.TotalSeconds:0.0} | {seconds:0.0} | {count} |");
        }

        return text.ToString();
    }
}
