using System.Globalization;
using System.Text.RegularExpressions;

namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>Reads from the services' own logs what became of every attempt.</summary>
internal sealed partial class AttemptLog
{
    private readonly Dictionary<string, AttemptRecord> attempts = [];
    private readonly Dictionary<string, int> renderedCounts = [];

    /// <summary>Every attempt that was granted.</summary>
    public IReadOnlyCollection<AttemptRecord> Attempts => attempts.Values;

    /// <summary>Shots that the Brokers counted as rendered more than once.</summary>
    public IEnumerable<string> RenderedTwice =>
        renderedCounts.Where(shot => shot.Value > 1).Select(shot => shot.Key);

    public static AttemptLog Read(IEnumerable<string> brokerLogs, IEnumerable<string> workerLogs)
    {
        var log = new AttemptLog();
        foreach (var line in brokerLogs.SelectMany(File.ReadLines))
        {
            log.ReadBroker(line);
        }

        foreach (var line in workerLogs.SelectMany(File.ReadLines))
        {
            log.ReadWorker(line);
        }

        return log;
    }

    private void ReadBroker(string line)
    {
        if (Granted().Match(line) is { Success: true } granted)
        {
            // A claim that was sent twice is granted twice, as one attempt.
            attempts.TryAdd(granted.Groups["attempt"].Value, new AttemptRecord
            {
                AttemptId = granted.Groups["attempt"].Value,
                Shot = $"{granted.Groups["job"].Value}/{granted.Groups["shot"].Value}",
                WorkerId = granted.Groups["worker"].Value,
                Claimed = Moment(granted),
            });
        }
        else if (Rendered().Match(line) is { Success: true } rendered)
        {
            var shot = $"{rendered.Groups["job"].Value}/{rendered.Groups["shot"].Value}";
            renderedCounts[shot] = renderedCounts.GetValueOrDefault(shot) + 1;
        }
    }

    private void ReadWorker(string line)
    {
        if (WorkerLine().Match(line) is { Success: true } said
            && attempts.TryGetValue(said.Groups["attempt"].Value, out var attempt))
        {
            if (said.Groups["what"].Value == "Claimed")
            {
                attempt.Claimed = Moment(said);
            }
            else
            {
                attempt.Ended = Moment(said);
            }
        }
    }

    private static DateTimeOffset Moment(Match line) => DateTimeOffset.Parse(
        line.Groups["at"].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    [GeneratedRegex(@"^(?<at>\S+Z) .*\] Granted job (?<job>\S+) shot (?<shot>\S+) as attempt "
        + @"(?<attempt>\S+) to (?<worker>\S+)")]
    private static partial Regex Granted();

    [GeneratedRegex(@"^(?<at>\S+Z) .*\] Rendered job (?<job>\S+) shot (?<shot>\S+) by attempt ")]
    private static partial Regex Rendered();

    [GeneratedRegex(@"^(?<at>\S+Z) .*\] (?<what>Claimed|Rendered|Ended|Handed back|Failed) job \S+ "
        + @"shot \d+ (?:as )?attempt (?<attempt>[0-9a-f-]+)")]
    private static partial Regex WorkerLine();
}
