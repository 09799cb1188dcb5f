namespace RenderFarm.Contracts.Shots;

/// <summary>What the worker is to do next with its attempt.</summary>
public sealed record LeaseRenewed
{
    /// <summary>Go on, or stop and why.</summary>
    public required LeaseDirective Directive { get; init; }
}
