namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>A message on its way to a Broker, which any one of them takes.</summary>
/// <param name="body">What it says.</param>
/// <param name="answer">Where an answer goes, if the sender waits for one.</param>
internal sealed class FakeMail(object body, Action<object>? answer = null)
{
    public object Body => body;

    public Action<object>? Answer => answer;

    /// <summary>Times that it was taken and not done.</summary>
    public int FailureCount { get; set; }
}
