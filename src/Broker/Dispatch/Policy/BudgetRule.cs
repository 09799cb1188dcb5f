namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>Budgets warn, finish, then stop. Pure.</summary>
internal static class BudgetRule
{
    /// <summary>How a job stands.</summary>
    /// <param name="spent">GPU-seconds that it has used.</param>
    /// <param name="budget">GPU-seconds that it may use; null without a limit.</param>
    public static BudgetStanding Of(double spent, double? budget) =>
        budget is not { } most ? BudgetStanding.Open
        : spent >= most ? BudgetStanding.Spent
        : spent >= most * PolicySettings.WarnPart ? BudgetStanding.Warned
        : BudgetStanding.Open;
}
