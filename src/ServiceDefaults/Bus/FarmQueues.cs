namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>Names on the bus. They are as fixed as an API.</summary>
public static class FarmQueues
{
    /// <summary>Commands as plain JSON, from a client in any language.</summary>
    public const string Commands = "farm.commands";

    /// <summary>Commands that could not be understood, with the reason in their headers.</summary>
    public const string Rejected = "farm.commands.rejected";

    /// <summary>The same commands, from clients that speak MassTransit.</summary>
    public const string Requests = "farm.requests";

    /// <summary>Events to clients (a topic exchange).</summary>
    public const string Events = "farm.events";

    /// <summary>What workers tell the Broker: claims, progress, results.</summary>
    public const string Shots = "farm.shots";

    /// <summary>Reels to be joined.</summary>
    public const string Stitch = "farm.stitch";

    /// <summary>What stitchers tell the Broker.</summary>
    public const string Reels = "farm.reels";

    /// <summary>Tickets for one model by content, under one numerics profile.</summary>
    public static string Render(string model, string modelDigest, string numericsProfile) =>
        $"render.{model}.{modelDigest[..12]}.{numericsProfile}";

    /// <summary>The model's name in the name of its queue.</summary>
    public static string ModelOf(string queue)
    {
        var profile = queue.LastIndexOf('.');
        var digest = profile < 0 ? -1 : queue.LastIndexOf('.', profile - 1);
        var start = queue.IndexOf('.', StringComparison.Ordinal) + 1;
        return digest > start ? queue[start..digest] : queue;
    }
}
