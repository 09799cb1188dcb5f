using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>The numbers of the policy, each with its reason.</summary>
internal sealed record PolicySettings
{
    /// <summary>
    /// What a class gets of the farm, in GPU-seconds, while better ones could use all of it: batch
    /// a twentieth, normal a tenth, so that nothing stands still on a launch day.
    /// </summary>
    public static double FloorOf(JobPriority ofClass) => ofClass switch
    {
        JobPriority.Interactive => 0,
        JobPriority.Normal => 0.10,
        _ => 0.05,
    };

    /// <summary>
    /// Most seconds of loading that keeping order within a tenant may cost for a second of
    /// rendering: a better placed shot of another model is passed over for loading time over this,
    /// and then gets a worker. People who watch wait less, and cost more.
    /// </summary>
    public static double ReloadShareOf(JobPriority ofClass) => ofClass switch
    {
        JobPriority.Interactive => 0.10,
        JobPriority.Normal => 0.04,
        _ => 0.01,
    };

    /// <summary>
    /// GPU-seconds, over its weight, that a tenant may fall behind because workers keep the models
    /// they have loaded. At a hundredth of a farm of 1,000 GPUs this is half a minute.
    /// </summary>
    public double AffinitySlack { get; init; } = 600;

    /// <summary>
    /// A second since a job was accepted counts as so many GPU-seconds less that it has left: it
    /// gives way to smaller jobs that came later, and not for ever.
    /// </summary>
    public static double AgeWeight => 4;

    /// <summary>
    /// A shot waits for a better worker only where it would be done this much sooner, ...
    /// </summary>
    public double WorthWaiting { get; init; } = 0.10;

    /// <summary>
    /// ... and no longer than this times what it would take here. 0 never waits.
    /// </summary>
    public double Patience { get; init; } = 1;

    /// <summary>
    /// Fast workers stay free for the people who come in so many seconds, with the models that
    /// these use. A hundredth of a busy farm. 0 keeps none.
    /// </summary>
    public double HeadroomSeconds { get; init; } = 3;

    /// <summary>An attempt is a straggler beyond so many times its estimate.</summary>
    public static double StragglerFactor => 1.5;

    /// <summary>
    /// A second attempt must be done in this part of the time the first still needs.
    /// </summary>
    public static double SpeculationGain => 0.75;

    /// <summary>Part of a job's shots that may be left when one of them is started twice.</summary>
    public static double TailPart => 0.10;

    /// <summary>The part of its budget at which a job's owner is warned.</summary>
    public static double WarnPart => 0.80;
}
