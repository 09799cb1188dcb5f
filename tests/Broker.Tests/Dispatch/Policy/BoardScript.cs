using RenderFarm.Broker.Dispatch.Policy;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Tests.Dispatch.Policy;

/// <summary>
/// Makes a story of any list of numbers, lets a board live through it, and looks after each step
/// whether it kept its promises.
/// </summary>
internal sealed class BoardScript
{
    private static readonly ModelNeed[] Models =
        [new("m10", 10, 5), new("m20", 20, 10), new("m40", 40, 20)];

    private static readonly double[] Memories = [10, 24, 80];

    private readonly Dictionary<string, TenantTerms> terms = new()
    {
        ["a"] = new TenantTerms { Weight = 1 },
        ["b"] = new TenantTerms { Weight = 3, RunningLimit = 2 },
        ["c"] = new TenantTerms { Weight = 0.5, RunningLimit = 1 },
    };

    private readonly ReadyBoard board;
    private readonly Dictionary<string, JobTerms> jobs = [];
    private readonly HashSet<(string, int)> ready = [];
    private readonly Dictionary<(string, int), ReadyShot> shots = [];
    private readonly Queue<ReadyShot> running = new();
    private readonly Dictionary<string, double> spent = [];
    private DateTimeOffset now = Boards.Noon;

    private BoardScript() => board = new ReadyBoard(Boards.AtOnce, id => terms[id]);

    /// <summary>What was begun, in order.</summary>
    public List<string> Begun { get; } = [];

    /// <summary>What was found wrong; null when nothing was.</summary>
    public string? Fault { get; private set; }

    public static BoardScript Of(IEnumerable<int> numbers)
    {
        var script = new BoardScript();
        foreach (var number in numbers)
        {
            script.Step((int)((uint)number % 10_000));
            if (script.Fault is not null)
            {
                break;
            }
        }

        return script;
    }

    private void Step(int number)
    {
        now = now.AddSeconds(number % 7);
        switch (number % 5)
        {
            case 0:
                Open(number / 5);
                break;
            case 1 when running.TryDequeue(out var shot):
                var actual = shot.Cost * (0.5 + (number % 11 / 10.0));
                spent[shot.JobId] = spent.GetValueOrDefault(shot.JobId) + actual;
                board.Settle(shot, actual, isDone: true);
                break;
            default:
                Ask(number / 5);
                break;
        }

        if (board.ReadyCount != ready.Count)
        {
            Fault = $"the board has {board.ReadyCount} shots and not {ready.Count}";
        }
    }

    private void Open(int number)
    {
        var job = Boards.Job(
            $"job-{jobs.Count:000}",
            "abc"[number % 3].ToString(),
            (JobPriority)(number / 3 % 3),
            left: 10 * (number % 17),
            budget: number % 4 == 0 ? 15 + (number % 40) : null);
        jobs.Add(job.JobId, job);
        board.Put(job);
        for (var index = 0; index < 1 + (number % 4); index++)
        {
            var shot = Boards.Shot(
                job.JobId, index, Models[number / 2 % 3], cost: 1 + (number % 23));
            shots.Add((job.JobId, index), shot);
            ready.Add((job.JobId, index));
            board.Put(shot);
        }
    }

    private void Ask(int number)
    {
        var worker = Boards.Worker(
            Models[number % 3], Math.Max(Memories[number / 3 % 3], Models[number % 3].MemoryGib));
        var might = ready.Where(name => MayBegin(shots[name], worker)).ToList();
        if (board.Choose(worker, now) is not { } shot)
        {
            Fault = might.Count > 0 ? $"{might[0]} could be begun, and nothing was" : null;
            return;
        }

        var name = (shot.JobId, shot.ShotIndex);
        Fault = !ready.Contains(name) ? $"{name} is not ready"
            : !might.Contains(name) ? $"{name} must not be begun on this worker now"
            : null;
        ready.Remove(name);
        running.Enqueue(shot);
        Begun.Add($"{name}");
    }

    /// <summary>Whether memory, the tenant's limit and the job's budget allow it.</summary>
    private bool MayBegin(ReadyShot shot, AskingWorker worker)
    {
        var job = jobs[shot.JobId];
        var ofTenant = running.Count(other => jobs[other.JobId].TenantId == job.TenantId
            && jobs[other.JobId].Class == job.Class);
        var ofJob = running.Where(other => other.JobId == job.JobId).Sum(other => other.Cost);
        return worker.CanServe(shot.Model)
            && ofTenant < terms[job.TenantId].RunningLimit
            && (job.Budget is not { } budget
                || spent.GetValueOrDefault(job.JobId) + ofJob + shot.Cost <= budget + 1e-9);
    }
}
