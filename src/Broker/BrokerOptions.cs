using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using RenderFarm.Broker.State;

namespace RenderFarm.Broker;

/// <summary>How the Broker dispatches, waits and repairs. Section <c>Broker</c>.</summary>
public sealed class BrokerOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Broker";

    /// <summary>
    /// A lease that is not renewed for this long ends. Workers renew every third of it; 30 s
    /// forgives a restart of RabbitMQ.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Failed attempts after which a shot is failed.</summary>
    [Range(1, 20)]
    public int AttemptLimit { get; set; } = 5;

    /// <summary>Different workers after whose failures a shot is failed.</summary>
    [Range(1, 20)]
    public int WorkerLimit { get; set; } = 3;

    /// <summary>The wait after a shot's first failure; it doubles with every further one.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest wait after a failure.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Attempts lost to the farm's own trouble (store, disk) after which a shot is failed. They
    /// cost the shot no attempt; with the waits in between this is more than an hour.
    /// </summary>
    [Range(1, 1000)]
    public int TroubleLimit { get; set; } = 20;

    /// <summary>
    /// The wait after a shot's first such trouble; it doubles with every further one.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan FirstTroubleDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Failures in a row after which a worker is set aside for a queue.</summary>
    [Range(1, 100)]
    public int SetAsideLimit { get; set; } = 3;

    /// <summary>
    /// How long a worker that was set aside rests before it is tried with one shot; it doubles each
    /// time that shot fails, too.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan FirstRest { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The longest such rest.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan LongestRest { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Failed tries at a reel after which the job is failed.</summary>
    [Range(1, 20)]
    public int ReelLimit { get; set; } = 3;

    /// <summary>
    /// Tickets that lie ready beyond one for each live worker, for each live worker. One hides the
    /// way from the Broker to the worker; more would blunt priorities.
    /// </summary>
    [Range(0, 8)]
    public int LookAhead { get; set; } = 1;

    /// <summary>
    /// Most shots that tenants have out at once, on workers or with a ticket, over all models and
    /// classes: <c>Broker__RunningLimits__acme=8</c>; 1 or more. Who is not listed has no limit.
    /// </summary>
    public IDictionary<string, int> RunningLimits { get; init; } = new Dictionary<string, int>();

    /// <summary>A worker that is silent for this long is gone: three announcements.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan WorkerSilence { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>A ticket that an idle worker did not claim for this long is issued again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ClaimTime { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// A reel that was asked for this long ago is asked for again; repeating it is harmless, and a
    /// long film may take minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan StitchTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Objects that are looked up at a time, for clips that exist already.</summary>
    [Range(1, 256)]
    public int LookupCount { get; set; } = 32;

    /// <summary>How long a film's URLs are good for; S3 signs for seven days at most.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan UrlLifetime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Whether jobs whose spec is in the store and of which nothing else is known are begun anew. A
    /// program that renders one film sets this off.
    /// </summary>
    public bool ResumeJobs { get; set; } = true;

    /// <summary>How often the sweeps look for what a lost message left behind.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan SweepPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often delayed shots and queues with room are looked at.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan DispatchPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the store is searched for specs without a job.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SpecPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the job store is looked at for a loss of states.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan EpochPeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How often the object store is told how far the job store came. A job store that goes back by
    /// less than this while no Broker runs is not noticed.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RememberPeriod { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long after a rebuild no tickets go out, so that live workers take up their attempts
    /// first: they renew every third of a lease, and wait as long for an answer.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan AdoptionTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often jobs, shots and workers are counted for metrics.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan CensusPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// What a shot is taken to need on a GPU before the farm has rendered one with its model: short
    /// enough to start few workers for it, long enough to start one.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan FirstShotTime { get; set; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        RunningLimits.Where(limit => limit.Value < 1).Select(limit => new ValidationResult(
            $"{nameof(RunningLimits)}:{limit.Key} must be at least 1, and is {limit.Value}"));

    internal RuleLimits Limits() => new()
    {
        AttemptLimit = AttemptLimit,
        WorkerLimit = WorkerLimit,
        FirstDelay = FirstDelay,
        LongestDelay = LongestDelay,
        ReelLimit = ReelLimit,
        TroubleLimit = TroubleLimit,
        FirstTroubleDelay = FirstTroubleDelay,
        SetAsideLimit = SetAsideLimit,
        FirstRest = FirstRest,
        LongestRest = LongestRest,
    };
}

[OptionsValidator]
internal sealed partial class BrokerOptionsRules : IValidateOptions<BrokerOptions>;
