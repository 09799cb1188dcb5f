namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>A request that waits for its answer, but not forever.</summary>
internal sealed class FakeQuestion(FakeWorld world)
{
    private const int Patience = 40;
    private int age;

    /// <summary>The answer, once it came.</summary>
    public object? Answer { get; private set; }

    /// <summary>Sends a request.</summary>
    public static FakeQuestion Ask(FakeWorld world, object body)
    {
        var question = new FakeQuestion(world);
        world.Bus.Send(new FakeMail(body, answer => question.Answer = answer));
        return question;
    }

    /// <summary>Looks whether it is worth waiting for any longer.</summary>
    public bool IsHopeless() => Answer is null && ++age > (world.IsCalm ? 3 : Patience);
}
