using FsCheck;
using FsCheck.Fluent;
using RenderFarm.Broker.Dispatch.Policy;
using RenderFarm.Contracts.Jobs;
using Xunit;
using static RenderFarm.Broker.Tests.Dispatch.Policy.Boards;

namespace RenderFarm.Broker.Tests.Dispatch.Policy;

/// <summary>
/// What must hold of every story. A story that breaks one is made shorter before it is shown.
/// </summary>
public sealed class PolicyPropertyTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure
        .WithMaxTest(1000).WithEndSize(120).WithReplay(20260304, 11);

    private static readonly Config Some = Often.WithMaxTest(200);

    [Fact]
    public void AnyStory_IsWorkConserving_WithinMemoryQuotaAndBudget() =>
        Check.One(Often, Prop.ForAll(
            ArbMap.Default.ArbFor<int[]>(),
            script => BoardScript.Of(script).Fault is not { } fault
                ? true
                : throw new InvalidOperationException(fault)));

    [Fact]
    public void AnyStory_ToldTwice_IsTheSame() =>
        Check.One(Some, Prop.ForAll(
            ArbMap.Default.ArbFor<int[]>(),
            script => BoardScript.Of(script).Begun.SequenceEqual(BoardScript.Of(script).Begun)));

    [Fact]
    public void BatchShot_BetterClassNeverEnds_IsBegunInTime() =>
        Check.One(Some, Prop.ForAll(
            Gen.Choose(1, 20).Two().ToArbitrary(),
            costs =>
            {
                var (one, other) = (costs.Item1, costs.Item2);
                var board = new ReadyBoard(AtOnce);
                board.Put(Job("batch", ofClass: JobPriority.Batch));
                board.Put(Shot("batch", cost: one));
                return IsBegun(
                    board, "batch", JobPriority.Interactive, other, 2 + (20 * one / other));
            }));

    [Fact]
    public void TenantOfAnyWeight_OthersNeverEnd_IsBegunInTime() =>
        Check.One(Some, Prop.ForAll(
            Gen.Choose(1, 100).Two().ToArbitrary(),
            numbers =>
            {
                var (weight, cost) = (numbers.Item1, numbers.Item2);
                var board = new ReadyBoard(
                    AtOnce, id => new TenantTerms { Weight = id == "a" ? weight : 100 });
                board.Put(Job("late", "a"));
                board.Put(Shot("late", cost: cost));
                return IsBegun(board, "late", JobPriority.Normal, cost: 10, within: 2);
            }));

    [Fact]
    public void LongJob_ShorterOnesNeverEnd_IsBegunInTime() =>
        Check.One(Some, Prop.ForAll(
            Gen.Choose(1, 4000).ToArbitrary(),
            left =>
            {
                var board = new ReadyBoard(AtOnce);
                board.Put(Job("long", "z", left: left));
                board.Put(Shot("long"));

                // A second a decision, which counts as four of its GPU-seconds.
                return IsBegun(board, "long", JobPriority.Normal, 1, 2 + (left / 4), "z");
            }));

    /// <summary>
    /// Whether a job's shot is begun while a fresh job comes with every decision, within so many.
    /// </summary>
    private static bool IsBegun(
        ReadyBoard board,
        string jobId,
        JobPriority others,
        double cost,
        int within,
        string otherTenant = "y")
    {
        for (var number = 1; number <= within; number++)
        {
            var now = Noon.AddSeconds(number);
            board.Put(Job($"other-{number}", otherTenant, others, left: cost) with
            {
                AcceptedAt = now,
            });
            board.Put(Shot($"other-{number}", cost: cost) with { ReadyAt = now });
            var shot = board.Choose(Worker(Small), now)!;
            board.Settle(shot, shot.Cost, isDone: true);
            if (shot.JobId == jobId)
            {
                return true;
            }
        }

        return false;
    }
}
