namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>A worker that could begin a shot now.</summary>
internal sealed record AskingWorker
{
    /// <summary>The models that are in its memory: it begins with these at once.</summary>
    public required IReadOnlyList<string> Loaded { get; init; }

    /// <summary>
    /// Memory for models, in GiB: it can load any that fits. 0 where it keeps what it has.
    /// </summary>
    public required double MemoryGib { get; init; }

    /// <summary>Measured speed: seconds that others take over the seconds it takes.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Whether the model is in its memory.</summary>
    public bool Has(ModelNeed model)
    {
        for (var i = 0; i < Loaded.Count; i++)
        {
            if (Loaded[i] == model.Name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it can render with the model.</summary>
    public bool CanServe(ModelNeed model) => model.MemoryGib <= MemoryGib || Has(model);

    /// <summary>Seconds from now to the shot's last frame, here.</summary>
    public double TimeOf(ReadyShot shot) =>
        (shot.Cost / Speed) + (Has(shot.Model) ? 0 : shot.Model.LoadSeconds);
}
