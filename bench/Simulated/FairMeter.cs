using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Benchmarks.Simulated;

/// <summary>
/// What tenants got of their class, over windows in which they always had something ready. A
/// tenant's share is what it would get if all filled up evenly by weight, and those that wanted
/// less got what they took.
/// </summary>
internal sealed class FairMeter
{
    private const double WindowSeconds = 1800;
    private readonly Dictionary<(JobPriority, string), Account> accounts = [];
    private double windowEnd = WindowSeconds;

    /// <summary>
    /// By class and tenant: what it got over what was its share, in all windows in which it always
    /// had work.
    /// </summary>
    public IReadOnlyDictionary<(JobPriority Class, string Tenant), double> Shares =>
        accounts.Where(a => a.Value.Due > 0)
            .ToDictionary(a => a.Key, a => a.Value.Got / a.Value.Due);

    /// <summary>The least such part in a single window.</summary>
    public double LeastInWindow { get; private set; } = double.NaN;

    public void Arrived(SimJob job)
    {
        if (!accounts.ContainsKey(KeyOf(job)))
        {
            accounts.Add(KeyOf(job), new Account(job.Tenant.Weight));
        }
    }

    public void Count(SimJob job, int change)
    {
        var account = accounts[KeyOf(job)];
        account.ReadyCount += change;
        account.WasIdle |= account.ReadyCount == 0;
    }

    /// <summary>Spreads an attempt's service over the windows that it was in.</summary>
    public void Served(SimJob job, double from, double to, double speed)
    {
        var service = accounts[KeyOf(job)].Service;
        for (var window = (int)(from / WindowSeconds); window * WindowSeconds < to; window++)
        {
            var part = Math.Min(to, (window + 1) * WindowSeconds)
                - Math.Max(from, window * WindowSeconds);
            service[window] = service.GetValueOrDefault(window) + (part * speed);
        }
    }

    /// <summary>Closes windows that ended.</summary>
    public void Pass(double now)
    {
        for (; now >= windowEnd; windowEnd += WindowSeconds)
        {
            var window = (int)(windowEnd / WindowSeconds) - 1;
            foreach (var account in accounts.Values)
            {
                if (!account.WasIdle)
                {
                    account.BusyWindows.Add(window);
                }

                account.WasIdle = account.ReadyCount == 0;
            }
        }
    }

    /// <summary>Sums up once everything is served.</summary>
    public void Close()
    {
        foreach (var ofClass in Enum.GetValues<JobPriority>())
        {
            var all = accounts.Where(a => a.Key.Item1 == ofClass).Select(a => a.Value).ToList();
            foreach (var window in all.SelectMany(a => a.BusyWindows).Distinct().Order())
            {
                CloseWindow(all, window);
            }
        }
    }

    private void CloseWindow(List<Account> all, int window)
    {
        var level = Level(all, window);
        if (level <= 0)
        {
            return;
        }

        foreach (var account in all.Where(a => a.BusyWindows.Contains(window)))
        {
            var (got, due) = (account.ServiceIn(window), level * account.Weight);
            account.Got += got;
            account.Due += due;
            LeastInWindow = double.IsNaN(LeastInWindow)
                ? got / due
                : Math.Min(LeastInWindow, got / due);
        }
    }

    /// <summary>The water level: who was busy gets it, who was not at most what it took.</summary>
    private static double Level(List<Account> all, int window)
    {
        var left = all.Sum(a => a.ServiceIn(window));
        var weight = all.Where(a => a.BusyWindows.Contains(window)).Sum(a => a.Weight);
        var others = all.Where(a => !a.BusyWindows.Contains(window))
            .Select(a => (a.Weight, Took: a.ServiceIn(window)))
            .OrderByDescending(a => a.Took / a.Weight).ToList();
        weight += others.Sum(a => a.Weight);
        for (var i = others.Count - 1; i >= 0; i--)
        {
            if (others[i].Took / others[i].Weight > left / weight)
            {
                break;
            }

            left -= others[i].Took;
            weight -= others[i].Weight;
        }

        return left / weight;
    }

    private static (JobPriority, string) KeyOf(SimJob job) => (job.Class, job.Tenant.Id);

    private sealed class Account(double weight)
    {
        public double Weight => weight;

        public int ReadyCount { get; set; }

        public bool WasIdle { get; set; } = true;

        public HashSet<int> BusyWindows { get; } = [];

        public Dictionary<int, double> Service { get; } = [];

        public double Got { get; set; }

        public double Due { get; set; }

        public double ServiceIn(int window) => Service.GetValueOrDefault(window);
    }
}
