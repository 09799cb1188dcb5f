using System.Globalization;
using System.Text.RegularExpressions;

namespace RenderFarm.Benchmarks.Processes;

/// <summary>
/// Reads from the services' own logs what became of every attempt. A claim that was granted when
/// its worker had given up waiting is none: nobody worked on it.
/// </summary>
internal sealed partial class AttemptLog
{
    private readonly Dictionary<string, AttemptRecord> attempts = [];
    private readonly Dictionary<string, int> renderedCounts = [];
    private readonly List<(string AttemptId, int Step)> resumed = [];

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

        log.FindSaved();
        foreach (var line in brokerLogs.SelectMany(File.ReadLines))
        {
            log.ReadBroker(line);
        }

        return log;
    }

    private void ReadWorker(string workerId, string line)
    {
        if (StepLine().Match(line) is { Success: true } step)
        {
            ReadStep(step);
        }

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

    private void ReadStep(Match step)
    {
        var attemptId = step.Groups["attempt"].Value;
        var number = int.Parse(step.Groups["step"].Value, CultureInfo.InvariantCulture);
        if (step.Groups["what"].Value == "Resumed")
        {
            resumed.Add((attemptId, number));
        }
        else if (attempts.TryGetValue(attemptId, out var attempt))
        {
            attempt.Checkpoints.Add((number, Moment(step)));
        }
    }

    /// <summary>An attempt goes on from the latest checkpoint of its shot at that step.</summary>
    private void FindSaved()
    {
        foreach (var (attemptId, step) in resumed.Where(r => attempts.ContainsKey(r.AttemptId)))
        {
            var next = attempts[attemptId];
            var (from, at) = attempts.Values
                .Where(attempt => attempt.Shot == next.Shot && attempt.Claimed < next.Claimed)
                .SelectMany(attempt => attempt.Checkpoints.Where(point => point.Step == step),
                    (attempt, point) => (attempt, point.At))
                .OrderBy(pair => pair.At)
                .LastOrDefault();
            if (from is not null)
            {
                from.SavedUntil = at;
            }
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

    [GeneratedRegex(@"^(?<at>\S+Z) .*\] (?<what>Wrote a checkpoint of|Resumed) "
        + @"job \S+ shot \d+ attempt (?<attempt>[0-9a-f-]+) after step (?<step>\d+) ")]
    private static partial Regex StepLine();

    [GeneratedRegex(@"^(?<at>\S+Z) .*\] (?<what>Claimed|Rendered|Ended|Handed back|Failed) "
        + @"job (?<job>\S+) shot (?<shot>\d+) (?:as )?attempt (?<attempt>[0-9a-f-]+)")]
    private static partial Regex WorkerLine();
}
