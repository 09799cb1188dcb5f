namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>What a job has to expect.</summary>
/// <param name="Position">Its next shot's place among all that wait, from 1.</param>
/// <param name="P50">Time until it is as likely as not to be rendered.</param>
/// <param name="P90">Time that suffices nine times of ten.</param>
internal sealed record JobForecast(int Position, TimeSpan P50, TimeSpan P90);
