namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>
/// Keeps a few fast workers free, with the models loaded that people who watch ask for: as many as
/// come in a few seconds. To begin batch work on them, and to load models anew for every person,
/// would cost more than they stand idle.
/// </summary>
internal sealed class Headroom(PolicySettings settings)
{
    /// <summary>A worker that is slower than this part of the fastest is not kept.</summary>
    private const double FastPart = 0.7;

    private readonly Dictionary<string, Rate> wanted = [];

    /// <summary>Notes that somebody asks for a picture.</summary>
    public void Note(ModelNeed model, DateTimeOffset now) =>
        wanted[model.Name] = wanted.GetValueOrDefault(model.Name).Plus(now);

    /// <summary>Whether a free worker is kept for whoever comes next.</summary>
    public bool Keeps(AskingWorker worker, AskRates rates, DateTimeOffset now)
    {
        if (settings.HeadroomSeconds == 0 || wanted.Count == 0)
        {
            return false;
        }

        var fast = FastPart * rates.MostSpeedFor(memoryGib: 0);
        if (worker.Speed < fast)
        {
            return false;
        }

        foreach (var model in worker.Loaded)
        {
            if (wanted.TryGetValue(model, out var rate)
                && rates.FreeWith(model, fast)
                    <= Math.Round(rate.At(now) * settings.HeadroomSeconds))
            {
                return true;
            }
        }

        return false;
    }
}
