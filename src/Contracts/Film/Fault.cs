namespace RenderFarm.Contracts.Film;

/// <summary>One thing that preflight found, with its place.</summary>
public sealed record Fault
{
    /// <summary>How much it matters.</summary>
    public required FaultSeverity Severity { get; init; }

    /// <summary>A stable name for programs, as in <c>size-not-in-grid</c>.</summary>
    public required string Code { get; init; }

    /// <summary>Where: <c>line 12</c>, or a JSON path as in <c>$.shots[2].length</c>.</summary>
    public required string Place { get; init; }

    /// <summary>What was expected, what was found, and what to do.</summary>
    public required string Message { get; init; }
}
