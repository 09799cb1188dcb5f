using RenderFarm.Contracts.Film;

namespace RenderFarm.Broker.Jobs;

/// <summary>Collects faults, in the order they are found, up to a limit.</summary>
/// <param name="limit">How many are kept; the rest are counted.</param>
/// <param name="before">
/// What was found earlier: of a place that could not be read then, nothing more is said.
/// </param>
internal sealed class FaultList(int limit, IReadOnlyList<Fault>? before = null)
{
    private readonly List<Fault> faults = [];
    private readonly HashSet<(string Code, string Place, string Message)> seen = [];
    private readonly HashSet<string> unreadable =
    [
        .. (before ?? [])
            .Where(fault => fault.Severity == FaultSeverity.Error)
            .Where(fault => fault.Place.StartsWith("$.", StringComparison.Ordinal))
            .Select(fault => fault.Place),
    ];

    private int omittedCount;

    /// <summary>True when anything, found earlier or here, forbids rendering.</summary>
    public bool HasErrors { get; private set; } =
        before is not null && before.Any(fault => fault.Severity == FaultSeverity.Error);

    /// <summary>Everything found so far; the last one says how many more there were.</summary>
    public IReadOnlyList<Fault> All => omittedCount == 0
        ? [.. faults]
        :
        [
            .. faults,
            new Fault
            {
                Severity = HasErrors ? FaultSeverity.Error : FaultSeverity.Warning,
                Code = "too-many-faults",
                Place = "$",
                Message = $"There are {omittedCount} more faults; only {limit} are listed.",
            },
        ];

    public void Fixed(string code, string place, string message) =>
        Add(FaultSeverity.Fixed, code, place, message);

    public void Warning(string code, string place, string message) =>
        Add(FaultSeverity.Warning, code, place, message);

    public void Error(string code, string place, string message) =>
        Add(FaultSeverity.Error, code, place, message);

    /// <summary>An error after which nothing more can be said of this place.</summary>
    public void Unreadable(string code, string place, string message)
    {
        Error(code, place, message);
        unreadable.Add(place);
    }

    public void AddRange(IEnumerable<Fault> others)
    {
        foreach (var fault in others)
        {
            Add(fault.Severity, fault.Code, fault.Place, fault.Message);
        }
    }

    /// <summary>
    /// Whether a value could not be read. It stands in as an empty one, whose emptiness is no news.
    /// </summary>
    public bool IsUnreadable(string place)
    {
        var part = place;
        while (unreadable.Count > 0 && part.Length > 1)
        {
            if (unreadable.Contains(part))
            {
                return true;
            }

            part = part[..Math.Max(0, part.LastIndexOfAny(['.', '[']))];
        }

        return false;
    }

    private void Add(FaultSeverity severity, string code, string place, string message)
    {
        if (IsUnreadable(place) || !seen.Add((code, place, message)))
        {
            return;
        }

        HasErrors |= severity == FaultSeverity.Error;
        if (faults.Count == limit)
        {
            omittedCount++;
            return;
        }

        faults.Add(new Fault
        {
            Severity = severity,
            Code = code,
            Place = place,
            Message = message,
        });
    }
}
