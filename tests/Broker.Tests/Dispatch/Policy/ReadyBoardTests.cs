using RenderFarm.Broker.Dispatch.Policy;
using RenderFarm.Contracts.Jobs;
using Xunit;
using static RenderFarm.Broker.Tests.Dispatch.Policy.Boards;

namespace RenderFarm.Broker.Tests.Dispatch.Policy;

public sealed class ReadyBoardTests
{
    [Fact]
    public void Choose_ThreeClasses_GoesByClass()
    {
        var board = new ReadyBoard(AtOnce);
        board.Put(Job("batch", ofClass: JobPriority.Batch), 1);
        board.Put(Job("normal"), 1);
        board.Put(Job("now", ofClass: JobPriority.Interactive), 1);

        Assert.Equal(["now/0", "normal/0", "batch/0", "-"], board.Ask(Worker(Small), 4));
    }

    [Fact]
    public void Choose_BetterClassHasPlenty_GivesBatchItsTwentieth()
    {
        var board = new ReadyBoard(AtOnce);
        board.Put(Job("now", ofClass: JobPriority.Interactive), 400);
        board.Put(Job("batch", ofClass: JobPriority.Batch), 400);

        var given = board.Ask(Worker(Small), 400);

        Assert.InRange(given.Count(s => s.StartsWith("batch", StringComparison.Ordinal)), 18, 20);
    }

    [Fact]
    public void Choose_TenantsOfUnlikeWeight_GivesByWeight()
    {
        var board = new ReadyBoard(
            AtOnce, id => new TenantTerms { Weight = id == "a" ? 3 : 1 });
        board.Put(Job("of-a", "a"), 400);
        board.Put(Job("of-b", "b"), 400);

        var given = board.Ask(Worker(Small), 400);

        Assert.Equal(300, given.Count(s => s.StartsWith("of-a", StringComparison.Ordinal)));
    }

    [Fact]
    public void Choose_TenantReturns_HasNoCreditForItsIdleTime()
    {
        var board = new ReadyBoard(AtOnce);
        board.Put(Job("of-a", "a"), 300);
        board.Put(Job("of-b", "b"), 300);
        board.Ask(Worker(Small), 100);
        board.Put(Job("of-c", "c"), 300);

        var given = board.Ask(Worker(Small), 30);

        Assert.Equal(10, given.Count(s => s.StartsWith("of-c", StringComparison.Ordinal)));
    }

    [Fact]
    public void Choose_ActualIsTwiceTheEstimate_ChargesTheActual()
    {
        var board = new ReadyBoard(AtOnce);
        board.Put(Job("of-a", "a"), 300);
        board.Put(Job("of-b", "b"), 300);
        var given = new List<string>();
        for (var i = 0; i < 90; i++)
        {
            var shot = board.Choose(Worker(Small), Noon)!;
            board.Settle(shot, shot.JobId == "of-a" ? 20 : 10, isDone: true);
            given.Add(shot.JobId);
        }

        Assert.Equal(30, given.Count("of-a".Equals));
    }

    [Fact]
    public void Choose_WithinATenant_IsClosestToDoneThenTheLongestChain()
    {
        var board = new ReadyBoard(AtOnce);
        board.Put(Job("long", left: 500), 1);
        board.Put(Job("short", left: 50));
        board.Put(Shot("short", 0));
        board.Put(Shot("short", 1, chainCost: 30));

        Assert.Equal(["short/1", "short/0", "long/0"], board.Ask(Worker(Small), 3));
    }

    [Fact]
    public void Choose_ModelLoaded_KeepsItUpToItsBound()
    {
        var board = new ReadyBoard(AtOnce);
        board.Put(Job("other", left: 10), 1, Large);
        board.Put(Job("more", left: 10_000), 200);

        var given = board.Ask(Worker(Small), 150);

        // 40 s of loading for a twenty-fifth: 1,000 GPU-seconds in shots of 10.
        Assert.Equal(100, given.IndexOf("other/0"));
    }

    [Fact]
    public void Choose_OtherTenantHasTheLoadedModel_IsServedUpToTheSlack()
    {
        var board = new ReadyBoard(AtOnce with { AffinitySlack = 50 });
        board.Put(Job("of-a", "a"), 100, Large);
        board.Put(Job("of-b", "b"), 100);

        var given = board.Ask(Worker(Small), 8);

        Assert.Equal(6, given.IndexOf("of-a/0"));
    }

    [Fact]
    public void Choose_MemoryTooSmall_GetsOnlyWhatFits()
    {
        var board = new ReadyBoard(AtOnce);
        board.Put(Job("large", left: 1), 1, Large);
        board.Put(Job("small"), 1);

        Assert.Equal(["small/0", "-"], board.Ask(Worker(memoryGib: 24), 2));
    }

    [Fact]
    public void Choose_FasterWorkersComeFreeOften_LeavesAShotToThem()
    {
        var board = new ReadyBoard(new PolicySettings());
        var (slow, fast) = (Worker(Small), Worker(Small, speed: 4));
        for (var second = 0; second < 60; second++)
        {
            board.NoteFree(fast, Noon.AddSeconds(second - 60));
            board.NoteTaken(fast);
        }

        board.Put(Job("job"), 1);

        Assert.Null(board.Choose(slow, Noon));
        Assert.NotNull(board.Choose(fast, Noon));
    }

    [Fact]
    public void Choose_WaitedAsLongAsItTakes_IsBegunWhereverItCan()
    {
        var board = new ReadyBoard(new PolicySettings());
        board.NoteFree(Worker(Small, speed: 4), Noon);
        board.Put(Job("job"), 1);

        Assert.Null(board.Choose(Worker(Small), Noon.AddSeconds(9)));
        Assert.NotNull(board.Choose(Worker(Small), Noon.AddSeconds(10)));
    }

    [Fact]
    public void Choose_BudgetReachesForOne_WaitsForWhatThatReallyTakes()
    {
        var board = new ReadyBoard(AtOnce);
        board.Put(Job("job", budget: 15), 3);
        var first = board.Choose(Worker(Small), Noon)!;

        Assert.Null(board.Choose(Worker(Small), Noon));
        board.Settle(first, actual: 4, isDone: true);
        Assert.NotNull(board.Choose(Worker(Small), Noon));
        Assert.Null(board.Choose(Worker(Small), Noon));
    }

    [Fact]
    public void Close_Opened_GoesOnWhereItWas()
    {
        var board = new ReadyBoard(AtOnce);
        board.Put(Job("of-a", "a"), 10);
        board.Put(Job("of-b", "b"), 10);
        board.Put(Job("batch", "b", JobPriority.Batch), 10);
        board.Ask(Worker(Small), 5);
        var again = new ReadyBoard(AtOnce);

        again.Open(board.Close());
        again.Put(Job("of-a", "a"), 10);
        again.Put(Job("of-b", "b"), 10);

        Assert.Equal(["of-b/0", "of-a/0"], again.Ask(Worker(Small), 2));
        Assert.Equal(2.5, again.Close().Of(JobPriority.Batch).Owed, 0.001);
    }

    [Fact]
    public void Forget_JobWithAShotOnAWorker_IsSettledAllTheSame()
    {
        var board = new ReadyBoard(AtOnce, _ => new TenantTerms { RunningLimit = 1 });
        board.Put(Job("gone"), 3);
        var shot = board.Choose(Worker(Small), Noon)!;
        board.Forget("gone");
        board.Put(Job("next"), 1);

        Assert.Null(board.Choose(Worker(Small), Noon));
        board.Settle(shot, 10, isDone: true);
        Assert.Equal("next", board.Choose(Worker(Small), Noon)!.JobId);
        Assert.Equal(0, board.ReadyCount);
    }
}
