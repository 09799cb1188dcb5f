using System.Diagnostics.Metrics;
using RenderFarm.Broker.Census;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker;

/// <summary>What the Broker counts, under the meter <c>RenderFarm.Broker</c>.</summary>
internal sealed class BrokerMetrics
{
    public const string MeterName = "RenderFarm.Broker";

    private readonly Counter<long> refused;
    private readonly Counter<long> sent;
    private readonly Counter<long> repaired;
    private readonly Counter<long> sweepFaults;
    private readonly Counter<long> failed;
    private readonly Counter<long> setAside;
    private readonly Counter<long> returned;
    private readonly Counter<long> rebuilt;
    private readonly Counter<long> readopted;
    private readonly Counter<long> collected;
    private readonly Counter<long> collectedBytes;
    private readonly FarmGauges farm;

    public BrokerMetrics(IMeterFactory meters)
    {
#pragma warning disable CA2000 // The factory owns its meters and ends them with the program.
        var meter = meters.Create(MeterName);
#pragma warning restore CA2000
        Jobs = new JobMetrics(meter);
        farm = new FarmGauges(meter);
        refused = meter.CreateCounter<long>(
            "renderfarm.broker.transitions.refused", "{event}", "Events that must not happen.");
        sent = meter.CreateCounter<long>(
            "renderfarm.broker.messages", "{message}", "Messages that left the outbox, by kind.");
        repaired = meter.CreateCounter<long>(
            "renderfarm.broker.repairs", "{repair}", "What sweeps put right, by sweep.");
        sweepFaults = meter.CreateCounter<long>(
            "renderfarm.broker.sweeps.failed", "{sweep}", "Sweeps that ended in an exception.");
        failed = meter.CreateCounter<long>(
            "renderfarm.broker.attempts.failed",
            "{attempt}",
            "Attempts that failed, by error and by whose trouble it was.");
        setAside = meter.CreateCounter<long>(
            "renderfarm.broker.workers.set_aside",
            "{rest}",
            "Rests of workers that failed again and again, by queue.");
        returned = meter.CreateCounter<long>(
            "renderfarm.broker.workers.returned",
            "{worker}",
            "Workers that were set aside and rendered again, by queue.");
        rebuilt = meter.CreateCounter<long>(
            "renderfarm.broker.rebuilds", "{rebuild}", "Times that jobs' states were rebuilt.");
        readopted = meter.CreateCounter<long>(
            "renderfarm.broker.attempts.readopted",
            "{attempt}",
            "Attempts that went on though their leases were lost with the job store.");
        collected = meter.CreateCounter<long>(
            "renderfarm.broker.garbage.objects", "{object}", "Objects collected, by kind.");
        collectedBytes = meter.CreateCounter<long>(
            "renderfarm.broker.garbage.bytes", "By", "Bytes collected, by kind.");
    }

    /// <summary>What becomes of jobs and shots.</summary>
    public JobMetrics Jobs { get; }

    /// <summary>
    /// Says what has not happened yet, as a nought: else the first failure would be no increase.
    /// </summary>
    public void Begin()
    {
        Jobs.Begin();
        foreach (var error in Enum.GetValues<RenderError>())
        {
            failed.Add(0, Failure(error));
        }

        foreach (var kind in Enum.GetNames<OutgoingKind>())
        {
            sent.Add(0, Tag("kind", kind));
        }

        rebuilt.Add(0);
        readopted.Add(0);
    }

    /// <summary>How the farm stands; null when that cannot be known.</summary>
    public void Stands(FarmCount? count) => farm.Latest = count;

    public void Refused(string machine, string what, string from) =>
        refused.Add(1, new("machine", machine), new("event", what), new("from", from));

    public void Sent(string kind, int count) => sent.Add(count, Tag("kind", kind));

    public void Repaired(string sweep, int count) => repaired.Add(count, Tag("sweep", sweep));

    public void AttemptFailed(RenderError error) => failed.Add(1, Failure(error));

    public void SetAside(string queue) => setAside.Add(1, Tag("queue", queue));

    public void Returned(string queue) => returned.Add(1, Tag("queue", queue));

    public void SweepFailed(string sweep) => sweepFaults.Add(1, Tag("sweep", sweep));

    public void Rebuilt() => rebuilt.Add(1);

    public void Readopted() => readopted.Add(1);

    public void Collected(string kind, int count, long byteCount)
    {
        collected.Add(count, Tag("kind", kind));
        collectedBytes.Add(byteCount, Tag("kind", kind));
    }

    private static KeyValuePair<string, object?>[] Failure(RenderError error) =>
    [
        Tag("error", error.ToString()),
        Tag("owner", FailurePolicy.Of(error).Owner.ToString()),
    ];

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
