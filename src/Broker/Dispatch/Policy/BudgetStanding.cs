namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>How a job stands with its budget.</summary>
internal enum BudgetStanding
{
    /// <summary>There is none, or enough of it.</summary>
    Open,

    /// <summary>Most of it is used: its owner is warned, once.</summary>
    Warned,

    /// <summary>It is used: what is on workers is finished, nothing more begins.</summary>
    Spent,
}
