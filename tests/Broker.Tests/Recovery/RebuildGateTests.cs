using System.Text;
using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.State;
using RenderFarm.Broker.Tests.Dispatch;
using RenderFarm.Broker.Tests.Intake;
using RenderFarm.Broker.Tests.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.ServiceDefaults.Bus;
using Xunit;

namespace RenderFarm.Broker.Tests.Recovery;

public sealed class RebuildGateTests
{
    private static readonly ClientCommand Submit = new()
    {
        Type = nameof(SubmitJob),
        Headers = new Dictionary<string, object?>(),
        Body = Encoding.UTF8.GetBytes("""{"jobId": "job-1", "prompt": "a red ball rolls"}"""),
    };

    [Fact]
    public async Task Command_WhileStatesAreRebuilt_WaitsAndIsAnsweredThen()
    {
        await using var broker = await JobIntakeTests.WithModelAsync();
        var gate = broker.Get<RebuildGate>();
        gate.Close();

        var answer = broker.Get<CommandIntake>().AnswerAsync(Submit, default);
        Assert.False(answer.IsCompleted);
        Assert.Null(await broker.Ledger.FindJobAsync("job-1", default));
        gate.Open(isRebuilt: true);

        Assert.Equal(nameof(JobAccepted), (await answer).ReplyType);
        Assert.Null((await answer).ParkedBecause);
    }

    [Fact]
    public async Task Command_StoreForgotMeanwhile_IsDoneAgainOnceItIsRebuilt()
    {
        var store = new FakeForgetfulStore(new MemoryJobStore());
        await using var broker = await JobIntakeTests.WithModelAsync(store);
        var gate = broker.Get<RebuildGate>();
        store.Loses = () => throw new StoreForgotException("this", "that");

        var answer = broker.Get<CommandIntake>().AnswerAsync(Submit, default);
        await gate.Trouble.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, default);
        Assert.False(gate.IsOpen);
        Assert.False(answer.IsCompleted);
        store.Loses = () => false;
        gate.Open(isRebuilt: false);

        Assert.Equal(nameof(JobAccepted), (await answer).ReplyType);
    }

    [Fact]
    public async Task Dispatch_AfterARebuild_WaitsForLiveWorkers()
    {
        await using var broker = new TestBroker();
        var gate = broker.Get<RebuildGate>();
        gate.Close();
        gate.Enter(2);
        await broker.OpenAsync(Films.Flat("job-1", 1));
        gate.Open(isRebuilt: true);

        await broker.PumpAsync();
        Assert.Empty(broker.Tickets());
        broker.Time.Advance(TimeSpan.FromSeconds(30));
        await broker.PumpAsync();

        Assert.Single(broker.Tickets());
    }
}
