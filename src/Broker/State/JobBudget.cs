using System.Globalization;
using RenderFarm.Broker.Dispatch.Policy;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.State;

/// <summary>What a budget means for a job: a warning, then an end with its reason. Pure.</summary>
internal static class JobBudget
{
    /// <summary>The job as it is, and a warning if this is the moment for it.</summary>
    public static Ruling Warn(JobState job)
    {
        var standing = BudgetRule.Of(job.GpuTime.TotalSeconds, job.Budget?.TotalSeconds);
        if (standing == BudgetStanding.Open || job.BudgetWarned)
        {
            return new Ruling { Verdict = Verdict.Applied, Job = job };
        }

        var (warned, message) = Outgoing.Event(
            job with { BudgetWarned = true },
            new BudgetWarned
            {
                JobId = job.JobId,
                GpuTime = job.GpuTime,
                Budget = job.Budget!.Value,
            });
        return new Ruling { Verdict = Verdict.Applied, Job = warned, Outgoing = [message] };
    }

    /// <summary>Why it ended.</summary>
    public static string Reason(JobState job) => string.Create(
        CultureInfo.InvariantCulture,
        $"its budget of {job.Budget} of GPU time is used ({job.GpuTime}), and {job.LeftCount} of "
            + $"{job.ShotCount} shots are not rendered; submitted again with a larger one, it "
            + $"begins with the clips that are there");
}
