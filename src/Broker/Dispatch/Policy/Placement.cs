namespace RenderFarm.Broker.Dispatch.Policy;

/// <summary>
/// Whether a shot is done sooner if it waits for a faster worker, or for one that has its model. On
/// a full farm the queue answers no; with few shots left it keeps long ones off slow workers. Pure.
/// </summary>
internal static class Placement
{
    /// <summary>Whether to leave this shot for a better worker.</summary>
    /// <param name="shot">The shot whose turn it is.</param>
    /// <param name="worker">The worker that asks.</param>
    /// <param name="queue">Where it stands, to see how many want the same workers.</param>
    /// <param name="rates">How often which workers come free.</param>
    /// <param name="settings">How much sooner it must be, and how long it may wait.</param>
    /// <param name="now">The moment.</param>
    public static bool IsBetterElsewhere(
        ReadyShot shot,
        AskingWorker worker,
        (int SameModel, int All) queue,
        AskRates rates,
        PolicySettings settings,
        DateTimeOffset now)
    {
        var here = worker.TimeOf(shot);
        if ((now - shot.ReadyAt).TotalSeconds >= settings.Patience * here)
        {
            return false;
        }

        var soEarly = here * (1 - settings.WorthWaiting);
        foreach (var kind in rates.Kinds)
        {
            if (kind.MemoryGib < shot.Model.MemoryGib)
            {
                continue;
            }

            var there = shot.Cost / kind.Speed;
            if (there >= soEarly)
            {
                continue;
            }

            if (there + kind.WaitFor(queue.SameModel, shot.Model.Name, now) < soEarly
                || there + shot.Model.LoadSeconds + kind.WaitFor(queue.All, now) < soEarly)
            {
                return true;
            }
        }

        return false;
    }
}
