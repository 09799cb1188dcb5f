using System.Globalization;
using System.Text.RegularExpressions;

namespace RenderFarm.Benchmarks.Disturbed;

/// <summary>
/// Reads from the services' own logs what became of every attempt. A claim that was granted when
/// its worker had given up waiting is none: nobody worked on it.
/// </summary>
internal sealed partial class AttemptLog
{
    private readonly Dictionary<string, AttemptRecord> attempts = [];
    private readonly Dictionary<string, int> renderedCounts = [];

    /// <summary>Every attempt that a worker took up.</summary>
    public IReadOnlyCollection<AttemptRecord> Attempts => attempts.Values;

    /// <summary>Shots that the Brokers counted as rendered more than once.</summary>
    public IEnumerable<string> RenderedTwice =>
        renderedCounts.Where(shot => shot.Value > 1).Select(shot => shot.Key);

    /// <summary>Reads logs; a worker's bears the worker's name.</summary>
    public static AttemptLog Read(IEnumerable<string> brokerLogs, IEnumerable<string> workerLogs)
    {
        var log = new AttemptLog();
        foreach (var file in workerLogs)
        {
            var workerId = Path.GetFileNameWithoutExtension(file);
            foreach (var line in File.ReadLines(file))
            {
                log.ReadWorker(workerId, line);
            }
        }

        foreach (var line in brokerLogs.SelectMany(File.ReadLines))
        {
            log.ReadBroker(line);
        }

        return log;
    }

    private void ReadWorker(string workerId, string line)
    {
        if (WorkerLine().Match(line) is not { Success: true } said)
        {
            return;
        }

        var attemptId = said.Groups["attempt"].Value;
        if (said.Groups["what"].Value == "Claimed")
        {
            attempts.TryAdd(attemptId, new AttemptRecord
            {
                AttemptId = attemptId,
                Shot = $"{said.Groups["job"].Value}/{said.Groups["shot"].Value}",
                WorkerId = workerId,
                Claimed = Moment(said),
            });
        }
        else if (attempts.TryGetValue(attemptId, out var attempt))
        {
            attempt.Ended = Moment(said);
        }
    }

    private void ReadBroker(string line)
    {
        if (TakenBack().Match(line) is { Success: true } back)
        {
            if (attempts.TryGetValue(back.Groups["attempt"].Value, out var attempt))
            {
                attempt.TakenBack = Moment(back);
            }
        }
        else if (Rendered().Match(line) is { Success: true } rendered)
        {
            var shot = $"{rendered.Groups["job"].Value}/{rendered.Groups["shot"].Value}";
            renderedCounts[shot] = renderedCounts.GetValueOrDefault(shot) + 1;
        }
    }

    private static DateTimeOffset Moment(Match line) => DateTimeOffset.Parse(
        line.Groups["at"].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    [GeneratedRegex(@"^(?<at>\S+Z) .*\] (?:Ended lease of|Took back|Failed) job \S+ shot \S+ "
        + @"attempt (?<attempt>[0-9a-f-]+) ")]
    private static partial Regex TakenBack();

    [GeneratedRegex(@"^(?<at>\S+Z) .*\] Rendered job (?<job>\S+) shot (?<shot>\S+) by attempt ")]
    private static partial Regex Rendered();

    [GeneratedRegex(@"^(?<at>\S+Z) .*\] (?<what>Claimed|Rendered|Ended|Handed back|Failed) "
        + @"job (?<job>\S+) shot (?<shot>\d+) (?:as )?attempt (?<attempt>[0-9a-f-]+)")]
    private static partial Regex WorkerLine();
}
