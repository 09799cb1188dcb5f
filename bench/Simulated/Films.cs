using System.Globalization;
using RenderFarm.Benchmarks.Processes;
using RenderFarm.Broker.Dispatch.Policy;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>Makes jobs by chance, the same for the same seed.</summary>
internal sealed class Films(long seed)
{
    private readonly Chance chance = new(seed);
    private int lastJob;

    public Chance Chance => chance;

    /// <summary>One shot that somebody waits for.</summary>
    public SimJob Look(SimTenant tenant, double arrivesAt)
    {
        var dice = chance.Unit();
        var shot = dice < 0.2 ? Shot(0, Fleet.Sketch, 8)
            : dice < 0.55 ? Shot(0, Fleet.Small, 30)
            : dice < 0.85 ? Shot(0, Fleet.SmallToo, 30)
            : Shot(0, Fleet.Middle, 70);
        return Job(tenant, JobPriority.Interactive, arrivesAt, [shot]);
    }

    /// <summary>A film of one model; every fourth shot continues the one before.</summary>
    public SimJob Film(
        SimTenant tenant, JobPriority ofClass, double arrivesAt, int shotCount)
    {
        var (model, cost) = Pick();
        var shots = new SimShot[shotCount];
        for (var i = 0; i < shotCount; i++)
        {
            shots[i] = Shot(i, model, cost * (0.6 + (0.8 * chance.Unit())));
            if (i > 0 && chance.Unit() < 0.25)
            {
                shots[i].Needs.Add(i - 1);
            }
        }

        return Job(tenant, ofClass, arrivesAt, shots);
    }

    /// <summary>The film of 185 shots, each between some of 693 keyframes.</summary>
    public SimJob LongFilm(SimTenant tenant, double arrivesAt)
    {
        const int keyframeCount = 693, shotCount = 185;
        var shots = new SimShot[keyframeCount + shotCount];
        for (var i = 0; i < keyframeCount; i++)
        {
            shots[i] = Shot(i, Fleet.Sketch, 9);
        }

        for (var i = 0; i < shotCount; i++)
        {
            var shot = Shot(keyframeCount + i, Fleet.Large, 380);
            shot.Needs.AddRange(Enumerable.Range(
                i * keyframeCount / shotCount,
                ((i + 1) * keyframeCount / shotCount) - (i * keyframeCount / shotCount)));
            if (i % 5 != 0)
            {
                shot.Needs.Add(shot.Index - 1);
            }

            shots[keyframeCount + i] = shot;
        }

        return Job(tenant, JobPriority.Normal, arrivesAt, shots);
    }

    private (ModelNeed Model, double Cost) Pick() => chance.Unit() switch
    {
        < 0.22 => (Fleet.Small, 90),
        < 0.40 => (Fleet.SmallToo, 90),
        < 0.60 => (Fleet.Middle, 180),
        < 0.78 => (Fleet.MiddleToo, 180),
        < 0.87 => (Fleet.Large, 300),
        < 0.95 => (Fleet.LargeToo, 300),
        _ => (Fleet.Huge, 450),
    };

    private SimShot Shot(int index, ModelNeed model, double estimate)
    {
        // The sum of four is bell-shaped: a fifth more or less is usual.
        var bell = chance.Unit() + chance.Unit() + chance.Unit() + chance.Unit() - 2;
        return new SimShot
        {
            Index = index,
            Model = model,
            Estimate = estimate,
            Cost = estimate * Math.Exp(0.35 * bell),
            Slowness = chance.Unit() < 0.004 ? 3 : 1,
        };
    }

    private SimJob Job(
        SimTenant tenant, JobPriority ofClass, double arrivesAt, SimShot[] shots)
    {
        var job = new SimJob
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{tenant.Id}/{++lastJob:0000000}"),
            Tenant = tenant,
            Class = ofClass,
            ArrivesAt = arrivesAt,
            Shots = shots,
            LeftCount = shots.Length,
        };
        foreach (var shot in shots)
        {
            shot.Job = job;
            shot.UnmetCount = shot.Needs.Count;
            shot.Needs.ForEach(need => shots[need].Dependents.Add(shot));
        }

        // A shot needs only earlier ones, so the chains are found from the end.
        for (var i = shots.Length - 1; i >= 0; i--)
        {
            shots[i].ChainEstimate = shots[i].Estimate
                + shots[i].Dependents.Select(d => d.ChainEstimate).DefaultIfEmpty(0).Max();
        }

        return job;
    }
}
