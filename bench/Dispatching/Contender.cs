using System.Globalization;
using RenderFarm.Benchmarks.Processes;

namespace RenderFarm.Benchmarks.Dispatching;

/// <summary>One of those that are given the same load in turns.</summary>
/// <param name="name">Who.</param>
/// <param name="run">Lets it do the whole load once, and says how long that took.</param>
internal sealed class Contender(string name, Func<CancellationToken, Task<TimeSpan>> run)
{
    private readonly List<TimeSpan> rounds = [];
    private readonly Effort spent = new();

    /// <summary>One round; the first is a warm-up and does not count.</summary>
    public async Task RunAsync(Reaper reaper, CancellationToken cancellationToken)
    {
        var before = Effort.Read(reaper);
        rounds.Add(await run(cancellationToken));
        if (rounds.Count > 1)
        {
            spent.Add(Effort.Read(reaper), before);
        }
    }

    /// <summary>
    /// The best round, what a shot costs, and how many times this one's work the first one did: the
    /// median over the rounds, each compared with the one beside it.
    /// </summary>
    public string Report(Load load, Contender first)
    {
        var counted = rounds.Skip(1).DefaultIfEmpty(rounds[0]).ToList();
        var rate = load.ChildCount / counted.Min().TotalSeconds;
        var text = string.Create(CultureInfo.InvariantCulture, $"{name}: {rate:0} shots/s");
        if (first != this)
        {
            var ratios = rounds.Zip(first.rounds, (mine, theirs) => mine / theirs)
                .Skip(rounds.Count > 1 ? 1 : 0).Order().ToList();
            text += string.Create(CultureInfo.InvariantCulture,
                $"; {first.Name} does {ratios[ratios.Count / 2]:0.00} times that "
                + $"({ratios[0]:0.00} to {ratios[^1]:0.00})");
        }

        return rounds.Count > 1
            ? text + "; " + spent.Text((rounds.Count - 1) * load.ChildCount)
            : text;
    }

    private string Name => name;
}
