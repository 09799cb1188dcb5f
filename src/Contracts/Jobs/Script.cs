namespace RenderFarm.Contracts.Jobs;

/// <summary>A film as text, in one of the forms that the Broker reads.</summary>
public sealed record Script
{
    /// <summary>How to read it.</summary>
    public required ScriptFormat Format { get; init; }

    /// <summary>The text itself.</summary>
    public required string Text { get; init; }
}
