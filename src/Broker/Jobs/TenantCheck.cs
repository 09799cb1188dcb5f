using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Jobs;

/// <summary>Checks whose share a job uses, and how much of it at most.</summary>
internal static class TenantCheck
{
    private static readonly TimeSpan LeastBudget = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MostBudget = TimeSpan.FromDays(1000);

    /// <summary>Notes what is wrong with it.</summary>
    public static void Check(SubmitJob command, JobReaderOptions limits, FaultList faults)
    {
        if (command.Tenant is { } tenant && tenant != limits.TenantId
            && !limits.Tenants.ContainsKey(tenant))
        {
            var hint = Suggestion.For(tenant, [.. limits.Tenants.Keys, limits.TenantId]);
            faults.Error(
                "unknown-tenant",
                "$.tenant",
                $"The farm has no tenant '{TextRules.Excerpt(tenant)}'.{hint}");
        }

        if (command.Budget is { } budget && (budget < LeastBudget || budget > MostBudget))
        {
            faults.Error(
                "bad-budget",
                "$.budget",
                $"Expected {LeastBudget} to {MostBudget} of GPU time, found {budget}.");
        }
    }
}
