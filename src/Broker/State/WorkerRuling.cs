namespace RenderFarm.Broker.State;

/// <summary>What a rule made of an event between a worker and a queue.</summary>
/// <param name="Verdict">Whether anything changes; refused means that it gets no shot.</param>
/// <param name="Standing">How it stands after the event.</param>
/// <param name="Reason">Why it gets no shot.</param>
internal sealed record WorkerRuling(Verdict Verdict, WorkerStanding Standing, string Reason = "");
