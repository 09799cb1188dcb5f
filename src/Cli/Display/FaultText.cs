using RenderFarm.Contracts.Film;

namespace RenderFarm.Cli.Display;

/// <summary>Faults as lines for people.</summary>
internal static class FaultText
{
    /// <summary>Writes every fault, errors first, each with its place.</summary>
    public static void Write(TextWriter output, IReadOnlyList<Fault> faults)
    {
        foreach (var fault in faults.OrderByDescending(f => f.Severity))
        {
            var severity = fault.Severity.ToString().ToLowerInvariant();
            output.WriteLine($"{severity}: {fault.Place}: {fault.Message} [{fault.Code}]");
        }
    }
}
