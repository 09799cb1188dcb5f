namespace RenderFarm.Broker.Census;

/// <summary>How one queue stood: a model by content, under one numerics profile.</summary>
internal sealed class QueueCount(string queue)
{
    /// <summary>Which queue.</summary>
    public string Queue { get; } = queue;

    /// <summary>Shots that could be rendered now, with a ticket or without.</summary>
    public int ReadyCount { get; set; }

    /// <summary>Shots that a worker has.</summary>
    public int LeasedCount { get; set; }

    /// <summary>Shots whose next try waits.</summary>
    public int DelayedCount { get; set; }

    /// <summary>All shots that are not done: these, and those that wait for others.</summary>
    public int LeftCount { get; set; }

    /// <summary>Work of the shots that are ready or leased.</summary>
    public double OpenWork { get; set; }

    /// <summary>Work of all that are left.</summary>
    public double LeftWork { get; set; }

    /// <summary>How long the shot waits that has waited longest.</summary>
    public TimeSpan Age { get; set; }

    /// <summary>Workers that take from it, by state.</summary>
    public Dictionary<string, int> Workers { get; } = new()
    {
        ["idle"] = 0,
        ["busy"] = 0,
        ["set_aside"] = 0,
    };

    /// <summary>GPU-seconds that the ready and leased shots need.</summary>
    public double OpenSeconds { get; set; }

    /// <summary>GPU-seconds that all that is left needs.</summary>
    public double LeftSeconds { get; set; }

    /// <summary>GPU-seconds for a frame, where the farm has rendered one.</summary>
    public double? SecondsPerFrame { get; set; }
}
