using RenderFarm.Broker.State;
using Xunit;

namespace RenderFarm.Broker.Tests.State;

public sealed class SharedReadsTests
{
    private readonly List<IReadOnlyList<string>> calls = [];
    private readonly List<TaskCompletionSource<StoredRecord?[]>> answers = [];
    private readonly SharedReads reads;

    public SharedReadsTests() => reads = new SharedReads(ReadAsync);

    [Fact]
    public async Task Load_WhileOneIsUnderWay_SharesTheNext()
    {
        var first = reads.LoadAsync(["a"], default);
        var second = reads.LoadAsync(["b", "c"], default);
        var third = reads.LoadAsync(["d"], default);
        var firstCall = Assert.Single(calls);
        await AnswerAsync(0, first);
        await AnswerAsync(1, second, third);

        Assert.Equal(["a"], firstCall);
        Assert.Equal(["b", "c", "d"], calls[1]);
        Assert.Equal(2, calls.Count);
        Assert.Equal([Record("a")], await first);
        Assert.Equal([Record("b"), Record("c")], await second);
        Assert.Equal([Record("d")], await third);
    }

    [Fact]
    public async Task Load_ReadFails_TellsThoseThatSharedItAndNoOther()
    {
        var first = reads.LoadAsync(["a"], default);
        var second = reads.LoadAsync(["b"], default);
        var third = reads.LoadAsync(["c"], default);
        await AnswerAsync(0, first);
        await WaitForCallAsync(1);
        answers[1].SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => second);
        await Assert.ThrowsAsync<TimeoutException>(() => third);
        var fourth = reads.LoadAsync(["d"], default);
        await AnswerAsync(2, fourth);

        Assert.Equal([Record("a")], await first);
        Assert.Equal([Record("d")], await fourth);
    }

    [Fact]
    public async Task Load_GivenUp_EndsNobodyElsesWait()
    {
        using var ending = new CancellationTokenSource();
        var first = reads.LoadAsync(["a"], ending.Token);
        var second = reads.LoadAsync(["b"], default);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answers[0].SetResult([Record("a")]);
        await AnswerAsync(1, second);

        Assert.Equal([Record("b")], await second);
    }

    [Fact]
    public async Task Send_ReadsThatWait_GoOutBesideTheOneUnderWay()
    {
        var first = reads.LoadAsync(["a"], default);
        var second = reads.LoadAsync(["b"], default);
        reads.Send();
        reads.Send();
        var sent = calls.Count;
        await AnswerAsync(1, second);
        await AnswerAsync(0, first);

        Assert.Equal(2, sent);
        Assert.Equal([Record("b")], await second);
    }

    [Fact]
    public async Task Load_MoreThanAGroupHolds_IsReadAtOnceByItself()
    {
        var first = reads.LoadAsync(["a"], default);
        var second = reads.LoadAsync(["b"], default);
        var many = Enumerable.Range(0, 1000).Select(i => $"{i}").ToList();
        var third = reads.LoadAsync(many, default);

        Assert.Equal(2, calls.Count);
        Assert.Equal(many, calls[1]);
        await AnswerAsync(1, third);
        await AnswerAsync(0, first);
        await AnswerAsync(2, second);
        Assert.Equal(many.Select(Record), await third);
    }

    private static StoredRecord Record(string key) => new(key, 1);

    /// <summary>Answers a call once it is made, and waits for who asked.</summary>
    private async Task AnswerAsync(int call, params Task[] asked)
    {
        await WaitForCallAsync(call);
        answers[call].SetResult([.. calls[call].Select(Record)]);
        await Task.WhenAll(asked);
    }

    /// <summary>The next call follows an answer, on whatever thread.</summary>
    private async Task WaitForCallAsync(int call)
    {
        while (true)
        {
            lock (calls)
            {
                if (answers.Count > call)
                {
                    return;
                }
            }

            await Task.Yield();
        }
    }

    private Task<StoredRecord?[]> ReadAsync(IReadOnlyList<string> keys)
    {
        lock (calls)
        {
            calls.Add([.. keys]);
            answers.Add(new(TaskCreationOptions.RunContinuationsAsynchronously));
            return answers[^1].Task;
        }
    }
}
