using Microsoft.Extensions.Options;
using RenderFarm.Broker.Tests.State;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>
/// Brokers, workers, stitchers and clients in a world where everything fails that can. One seed,
/// one thread: each step is one effect of one of them, so a run can be repeated to the last step.
/// </summary>
internal sealed class FakeWorld
{
    private const int MostSteps = 200_000;

    private readonly Random random;
    private readonly List<string>? trace;
    private readonly List<FakeEffect> effects = [];
    private readonly Queue<(FakeProcess Process, Task Turn)> turns = new();
    private string? broken;
    private int brokerCount;
    private int attemptCount;

    public FakeWorld(
        SimulationSetup setup, List<string>? trace = null, List<StoreCall>? calls = null)
    {
        Setup = setup;
        this.trace = trace;
        random = new Random(setup.Seed ^ 0x5eed);
        Auditor = new Auditor(this);
        Store = new FakeJobStore(this) { Calls = calls };
        Objects = new FakeObjects(this);
        Bus = new FakeBus(this);
        Client = new FakeClient(this, MakeFilms());
        Brokers = [StartBroker(), StartBroker()];
        string[] queues =
        [
            Films.Queue,
            Films.Queue.Replace("cpu-fp32", "gpu-fp16", StringComparison.Ordinal),
        ];
        Workers = [.. Enumerable.Range(0, setup.WorkerCount).Select(number =>
            new FakeWorker(this, $"worker-{number}", number % 2 == 0 ? queues : queues[..1]))];
        Stitchers = [.. Enumerable.Range(0, setup.StitcherCount).Select(number =>
            new FakeStitcher(this, $"stitcher-{number}"))];
    }

    /// <summary>Times that fit a world that has only some minutes.</summary>
    public static IOptions<BrokerOptions> Options { get; } = Of([]);

    private static IOptions<BrokerOptions> WithQuota { get; } =
        Of(new() { [Films.Tenant] = 2 });

    /// <summary>In every fourth world the only tenant may have two shots out.</summary>
    public IOptions<BrokerOptions> OwnOptions => Setup.Seed % 4 == 0 ? WithQuota : Options;

    public SimulationSetup Setup { get; }

    public Auditor Auditor { get; }

    public FakeJobStore Store { get; }

    public FakeObjects Objects { get; }

    public FakeBus Bus { get; }

    public FakeClient Client { get; }

    public List<FakeBroker> Brokers { get; }

    public IReadOnlyList<FakeWorker> Workers { get; }

    public IReadOnlyList<FakeStitcher> Stitchers { get; }

    /// <summary>What passed since the world began, on every monotonic clock.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>True once nothing fails any more.</summary>
    public bool IsCalm { get; private set; }

    /// <summary>Whether the store was not put back yet; once is enough for a world.</summary>
    public bool CanLoseMemory { get; set; } = true;

    /// <summary>Steps so far.</summary>
    public int StepNumber { get; private set; }

    public int Next(int below) => random.Next(below);

    public bool Has(Faults fault) => !IsCalm && Setup.Has(fault);

    /// <summary>Whether a fault happens now.</summary>
    public bool Hits(Faults fault, int inThousand) => Has(fault) && Next(1000) < inThousand;

    public string NextAttemptId() => $"attempt-{++attemptCount}";

    public FakeFilm Film(string jobId) => Client.Films.First(film => film.JobId == jobId);

    public void Trace(string what) => trace?.Add($"{StepNumber,5} {Elapsed:hh\\:mm\\:ss} {what}");

    /// <summary>Something must not be; the world ends after this step.</summary>
    public void Break(string what) => broken ??= what;

    /// <summary>A call of the product ended in an exception.</summary>
    public void Faulted(string what, Exception fault)
    {
        Trace($"{what} ends in {fault.GetType().Name}: {fault.Message}");
        if (fault is not (IOException or TimeoutException) && !Auditor.WasPutBack)
        {
            Break($"{what} ends in {fault}");
        }
    }

    public void Add(FakeEffect effect) => effects.Add(effect);

    public void Add(FakeProcess process, Task turn) => turns.Enqueue((process, turn));

    public void Pass(TimeSpan time) => Elapsed += time;

    /// <summary>A Broker dies, and another one takes its place.</summary>
    public void Replace(int index)
    {
        var skew = Brokers[index].Clock.Skew;
        Brokers[index].Kill();
        Brokers[index] = StartBroker();
        Brokers[index].Clock.Skew = skew;
    }

    /// <summary>Runs to the end: first with faults, then without.</summary>
    public void Run()
    {
        while (StepNumber < Setup.StepCount)
        {
            Step();
        }

        IsCalm = true;
        Trace("the faults end");
        new FakeCalm(this).Run();
        Auditor.Conclude();
    }

    /// <summary>Lets everything happen that processes ask for, one after another.</summary>
    public void Settle()
    {
        TakeTurns();
        while (effects.Count > 0)
        {
            if (++StepNumber > MostSteps)
            {
                throw new BrokenInvariantException($"{effects[0].Name} happens again and again");
            }

            var effect = effects[0];
            effects.RemoveAt(0);
            Happen(effect);
        }
    }

    private void Step()
    {
        StepNumber++;
        if (effects.Count > 0 && Next(100) < 70)
        {
            var index = Next(effects.Count);
            var effect = effects[index];
            effects[index] = effects[^1];
            effects.RemoveAt(effects.Count - 1);
            Happen(effect);
            return;
        }

        var possible = FakeActions.All.Where(
            a => (a.Needs == Faults.None || Has(a.Needs)) && a.IsPossible(this)).ToList();
        var at = Next(possible.Sum(a => a.Weight));
        var action = possible.First(a => (at -= a.Weight) < 0);
        Trace(action.Name);
        action.Take(this);
        TakeTurns();
    }

    private void Happen(FakeEffect effect)
    {
        if (!effect.Process.IsAlive)
        {
            // It was on its way when its process died.
            if (Next(2) == 0)
            {
                Trace(effect, ", of a dead process");
                effect.Happen();
            }

            return;
        }

        if (Hits(Faults.BrokerCrash, 6))
        {
            Trace(effect, ": the process dies");
            effect.Happen();
            Replace(Brokers.FindIndex(b => b.Is(effect.Process)));
        }
        else if (Hits(TroubleOf(effect.Kind), 15))
        {
            Trace(effect, ": fails");
            effect.Fail(new IOException("nothing happened"));
        }
        else
        {
            effect.Happen();
            var isLost = Hits(Faults.LostAnswer, 15);
            Trace(effect, isLost ? ": the answer is lost" : "");
            if (isLost)
            {
                effect.Fail(new TimeoutException("who knows what happened"));
            }
            else
            {
                effect.Answer();
            }
        }

        TakeTurns();
    }

    /// <summary>A name is made only where somebody reads it.</summary>
    private void Trace(FakeEffect effect, string how)
    {
        if (trace is not null)
        {
            Trace($"{effect.Name}{how}");
        }
    }

    private void TakeTurns()
    {
        while (turns.TryDequeue(out var next))
        {
            next.Process.Take(next.Turn);
        }

        if (broken is not null)
        {
            throw new BrokenInvariantException(broken);
        }
    }

    private static Faults TroubleOf(FakeEffectKind kind) =>
        kind == FakeEffectKind.Objects ? Faults.ObjectTrouble : Faults.StoreTrouble;

    private FakeBroker StartBroker() => new(this, $"broker-{++brokerCount}");

    private List<FakeFilm> MakeFilms() =>
    [
        .. Enumerable.Range(1, Setup.JobCount)
            .Select(number => FakeFilm.Make(random, $"job-{number}")),
    ];

    private static IOptions<BrokerOptions> Of(Dictionary<string, int> limits) =>
        Microsoft.Extensions.Options.Options.Create(new BrokerOptions
        {
            StitchTime = TimeSpan.FromMinutes(2),
            LongestDelay = TimeSpan.FromMinutes(1),
            RunningLimits = limits,
        });
}
