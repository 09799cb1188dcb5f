using System.Diagnostics.Metrics;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Broker.Census;

/// <summary>
/// Shows the latest count. Every Broker shows the same farm: what is read from several is to be
/// taken once, not added up.
/// </summary>
internal sealed class FarmGauges
{
    public FarmGauges(Meter meter)
    {
        meter.CreateObservableGauge<int>(
            "renderfarm.jobs",
            () => (Latest?.Jobs ?? new Dictionary<string, int>()).Select(jobs =>
                new Measurement<int>(jobs.Value, Tag("status", jobs.Key))),
            "{job}",
            "Jobs that are not ended, by status.");
        meter.CreateObservableGauge<int>(
            "renderfarm.shots", Shots, "{shot}", "Shots that are not done, by model and state.");
        meter.CreateObservableGauge<int>(
            "renderfarm.workers",
            Workers,
            "{worker}",
            "Live workers by model and state; one that serves several models is each one's.");
        Gauge(meter, "ready.gpu", queue => queue.OpenSeconds,
            "Estimated time on a GPU of the shots that are ready or being rendered.");
        Gauge(meter, "backlog.gpu", queue => queue.LeftSeconds,
            "Estimated time on a GPU of all shots that are not done.");
        meter.CreateObservableGauge<double>(
            "renderfarm.queue.age",
            () => ByModel(queues => queues.Max(queue => queue.Age.TotalSeconds)),
            "s",
            "How long the shot waits for a worker that has waited longest.");
        meter.CreateObservableGauge<double>(
            "renderfarm.frame.cost",
            () => ByModel(queues => queues.Average(queue => queue.SecondsPerFrame) ?? 0),
            "s",
            "Time on a GPU for a frame, over the last few hundred shots; 0 before the first.");
        meter.CreateObservableGauge<double>(
            "renderfarm.outbox.lag",
            () => Latest is { } count
                ? [new Measurement<double>(count.OutboxLag.TotalSeconds)]
                : (Measurement<double>[])[],
            "s",
            "Age of the oldest message that is not sent.");
    }

    /// <summary>The latest count; null shows nothing.</summary>
    public FarmCount? Latest { get; set; }

    private void Gauge(Meter meter, string name, Func<QueueCount, double> value, string help) =>
        meter.CreateObservableGauge<double>(
            $"renderfarm.{name}", () => ByModel(queues => queues.Sum(value)), "s", help);

    private IEnumerable<IGrouping<string, QueueCount>> Models() =>
        (Latest?.Queues ?? []).GroupBy(queue => FarmQueues.ModelOf(queue.Queue));

    private IEnumerable<Measurement<double>> ByModel(
        Func<IEnumerable<QueueCount>, double> value) =>
        Models().Select(model => new Measurement<double>(value(model), Tag("model", model.Key)));

    private IEnumerable<Measurement<int>> Shots() =>
        from model in Models()
        from state in new (string Name, int Count)[]
        {
            ("ready", model.Sum(queue => queue.ReadyCount)),
            ("leased", model.Sum(queue => queue.LeasedCount)),
            ("delayed", model.Sum(queue => queue.DelayedCount)),
            ("waiting", model.Sum(queue => Math.Max(0, queue.LeftCount
                - queue.ReadyCount - queue.LeasedCount - queue.DelayedCount))),
        }
        select new Measurement<int>(
            state.Count, Tag("model", model.Key), Tag("state", state.Name));

    private IEnumerable<Measurement<int>> Workers() =>
        from model in Models()
        from state in model.SelectMany(queue => queue.Workers).GroupBy(pair => pair.Key)
        select new Measurement<int>(
            state.Sum(pair => pair.Value), Tag("model", model.Key), Tag("state", state.Key));

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
