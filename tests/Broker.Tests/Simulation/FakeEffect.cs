namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>Something that a process asked for and that did not happen yet.</summary>
internal abstract class FakeEffect(
    FakeProcess process, FakeEffectKind kind, string what, string about)
{
    public FakeProcess Process => process;

    public FakeEffectKind Kind => kind;

    public string Name => $"{process.Name} {what} {about}";

    /// <summary>It happens.</summary>
    public abstract void Happen();

    /// <summary>The process hears what came of it.</summary>
    public abstract void Answer();

    /// <summary>The process hears of a failure.</summary>
    public abstract void Fail(Exception fault);
}

/// <summary>An effect with a result.</summary>
internal sealed class FakeEffect<T>(
    FakeProcess process, FakeEffectKind kind, string what, string about, Func<T> effect)
    : FakeEffect(process, kind, what, about)
{
    private readonly TaskCompletionSource<T> answered = new();
    private T? result;

    public Task<T> Answered => answered.Task;

    public override void Happen() => result = effect();

    public override void Answer() => answered.SetResult(result!);

    public override void Fail(Exception fault) => answered.SetException(fault);
}
