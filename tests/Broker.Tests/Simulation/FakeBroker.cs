using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RenderFarm.Broker.Dispatch;
using RenderFarm.Broker.Dispatch.Sweeps;
using RenderFarm.Broker.Garbage;
using RenderFarm.Broker.Intake;
using RenderFarm.Broker.Jobs;
using RenderFarm.Broker.Recovery;
using RenderFarm.Broker.Reporting;
using RenderFarm.Broker.State;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>
/// A Broker made of the product's own parts in a process of a simulated world. What its loops would
/// do, the world has it do.
/// </summary>
internal sealed class FakeBroker
{
    private static readonly BrokerMetrics Metrics = new(
        new ServiceCollection().AddMetrics().BuildServiceProvider()
            .GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());

    private static readonly IOptions<JobReaderOptions> Reading =
        Options.Create(new JobReaderOptions());

    private readonly FakeWorld world;
    private readonly FakeProcess process;
    private readonly Dictionary<string, Func<Task>> loops = [];
    private readonly HashSet<string> running = [];
    private readonly WorkerRoster roster;
    private readonly ShotDesk desk;
    private readonly FilmFinisher finisher;
    private readonly JobIntake intake;

    public FakeBroker(FakeWorld world, string name)
    {
        this.world = world;
        process = new FakeProcess(world, name);
        Clock = new FakeProcessClock(world);
        var store = new FakeStoreLine(process, world.Store);
        var objects = new FakeObjectLine(process, world.Objects);
        var bus = new FakeBusLine(process, world.Bus);
        var options = world.OwnOptions;
        var signal = new DispatchSignal();

        var ledger = new JobLedger(
            store, signal, options, Metrics, Clock, NullLogger<JobLedger>.Instance);
        var clips = new AcceptedClips(objects, options);
        var records = new JobRecords(objects);
        var folders = new JobFolders(objects);
        var gate = new RebuildGate(options, Clock);
        var closer = new JobCloser(store, ledger, records, options, Clock);
        var specs = new SpecFiles(objects);
        roster = new WorkerRoster(store, signal, options, Clock);
        finisher = new FilmFinisher(
            ledger, closer, specs, objects, options, Clock, NullLogger<FilmFinisher>.Instance);
        var progression = new JobProgression(closer, finisher);
        var progress = new ProgressFeed(bus, Clock, NullLogger<ProgressFeed>.Instance);
        var standings = new WorkerStandings(
            store, ledger, Metrics, options, Clock, NullLogger<WorkerStandings>.Instance);
        var history = new FarmHistory(store, Clock);
        var lines = new ReadyLines(store);
        var quotas = new TenantQuotas(store, options);
        desk = new ShotDesk(
            ledger,
            clips,
            roster,
            standings,
            new AttemptAdoption(
                ledger, progress, Metrics, NullLogger<AttemptAdoption>.Instance),
            progress,
            progression,
            history,
            new ShotPlacement(store, roster, history, Clock),
            options,
            Metrics,
            NullLogger<ShotDesk>.Instance);
        var opener = new JobOpener(
            ledger,
            clips,
            progression,
            finisher,
            records,
            gate,
            history,
            Clock,
            NullLogger<JobOpener>.Instance);
        var outlooks = new JobOutlooks(store, lines, roster, history, Reading, Clock);
        var snapshots = new JobSnapshots(
            ledger, finisher, new StoredSnapshots(specs, records, finisher, Reading), outlooks);
        var collector = new Collector(objects, Metrics);
        var marks = new GarbageMarks(folders, specs, records);
        intake = new JobIntake(
            new JobReader(objects, Clock, Reading),
            specs,
            opener,
            new JobControl(
                ledger, progression, snapshots, objects, NullLogger<JobControl>.Instance),
            snapshots,
            outlooks,
            records,
            new InputGarbage(objects, marks, collector),
            Options.Create(new GarbageOptions()),
            gate,
            NullLogger<JobIntake>.Instance);

        var dispatcher = new Dispatcher(
            ledger,
            store,
            lines,
            new FairDispatch(store, lines, Reading, Clock),
            quotas,
            desk,
            clips,
            roster,
            signal,
            gate,
            options,
            Clock,
            NullLogger<Dispatcher>.Instance);
        var relay = new OutboxRelay(
            store,
            bus,
            bus,
            bus,
            gate,
            options,
            Metrics,
            Clock,
            NullLogger<OutboxRelay>.Instance);
        loops.Add("relay", () => relay.RelayAsync(default));
        loops.Add("fill", () => dispatcher.FillAsync(default));
        loops.Add("quotas", () => new QuotaSweep(store, options).SweepAsync(default));
        Add(new DelaySweep(store, ledger, options, Clock), Mutant.NoDelaySweep);
        Add(new LeaseSweep(store, ledger, desk, gate, options, Clock), Mutant.NoLeaseSweep);
        Add(
            new TicketSweep(store, ledger, roster, standings, quotas, options, Clock),
            Mutant.NoTicketSweep);
        Add(
            new JobSweep(store, ledger, progression, finisher, options, Clock),
            Mutant.NoJobSweep);
        Add(
            new SpecSweep(folders, specs, records, opener, ledger, gate, Reading, options),
            Mutant.NoSpecSweep);
    }

    public FakeProcessClock Clock { get; }

    /// <summary>Messages that it took and is not done with.</summary>
    public List<FakeMail> Held { get; } = [];

    /// <summary>What it does again and again, by name.</summary>
    public IReadOnlyList<string> Loops => [.. loops.Keys];

    /// <summary>True when nothing is under way.</summary>
    public bool IsIdle => Held.Count == 0 && running.Count == 0;

    /// <summary>It dies; what it held goes back to the bus.</summary>
    public void Kill()
    {
        process.Kill();
        world.Bus.Mail.AddRange(Held);
        Held.Clear();
    }

    /// <summary>Whether this is the process that an effect is of.</summary>
    public bool Is(FakeProcess other) => ReferenceEquals(process, other);

    /// <summary>Takes one turn of a loop, unless the one before is not over.</summary>
    public void Run(string loop)
    {
        if (!running.Add(loop))
        {
            return;
        }

        process.Start(async () =>
        {
            try
            {
                await loops[loop]();
            }
            catch (Exception fault)
            {
                world.Faulted(loop, fault);
            }
            finally
            {
                running.Remove(loop);
            }
        });
    }

    /// <summary>Takes a message and does what it asks for.</summary>
    public void Take(FakeMail mail)
    {
        Held.Add(mail);
        process.Start(async () =>
        {
            object? answer;
            try
            {
                answer = await AnswerAsync(mail.Body);
            }
            catch (Exception fault)
            {
                world.Faulted(mail.Body.GetType().Name, fault);
                Held.Remove(mail);
                world.Bus.GiveBack(mail);
                return;
            }

            Held.Remove(mail);
            if (answer is not null && !world.Hits(Faults.Loss, 40))
            {
                mail.Answer?.Invoke(answer);
            }
        });
    }

    private async Task<object?> AnswerAsync(object body)
    {
        switch (body)
        {
            case ClaimShot claim:
                return await desk.ClaimAsync(claim, default);
            case RenewLease renewal:
                return await desk.RenewAsync(renewal, default);
            case AttemptCommitted committed when world.Setup.Mutant == Mutant.AcceptWithoutRecord:
                await desk.AcceptAsync(
                    committed.JobId, committed.ShotIndex, committed.Clip, default);
                return null;
            case AttemptCommitted committed:
                await desk.CommittedAsync(committed, default);
                return null;
            case AttemptFailed failed:
                await desk.FailedAsync(failed, default);
                return null;
            case AttemptHandedBack back:
                await desk.HandedBackAsync(back, default);
                return null;
            case WorkerAnnounced announced:
                await roster.AnnounceAsync(announced, default);
                return null;
            case ReelStitched stitched:
                await finisher.StitchedAsync(stitched.Reel, default);
                return null;
            case ReelFailed failed:
                await finisher.FailAsync(failed, default);
                return null;
            case FakeFilm film:
                return await intake.SubmitAsync(film.Submit, film.Read(Clock), default);
            case CancelJob { ShotId: null } when world.Setup.Mutant == Mutant.CancelForgotten:
                var job = ((CancelJob)body).JobId;
                return await intake.GetAsync(new GetJob { JobId = job }, default) is { } snapshot
                    ? new JobAnswer(snapshot with { Status = JobStatus.Canceled }, null)
                    : null;
            case CancelJob cancel:
                return await intake.CancelAsync(cancel, default);
            case PauseJob pause:
                return await intake.PauseAsync(pause, default);
            case ResumeJob resume:
                return await intake.ResumeAsync(resume, default);
            case GetJob get:
                return await intake.GetAsync(get, default);
            default:
                throw new NotSupportedException($"{body.GetType().Name} is no message");
        }
    }

    private void Add(ISweep sweep, Mutant without)
    {
        if (world.Setup.Mutant != without)
        {
            loops.Add(sweep.Name, () => sweep.SweepAsync(default));
        }
    }
}
