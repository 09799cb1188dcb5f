using System.Diagnostics;

namespace RenderFarm.ServiceDefaults.Telemetry;

/// <summary>
/// One trace follows a job from its submission to its report. Its context travels as text (W3C's
/// <c>traceparent</c>) where no process holds the job: in its state, in tickets, in orders of
/// reels; and in the bus' own headers with claims and reports.
/// </summary>
public static class FarmTrace
{
    /// <summary>The span that every trace begins with.</summary>
    public const string Submit = "submit";

    private static readonly ActivitySource Source = new("RenderFarm.Jobs");

    /// <summary>The span in hand as text; null where nothing is traced.</summary>
    public static string? Context =>
        Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } span
            ? span.Id
            : null;

    /// <summary>Begins a span below the one in hand; null where nothing is traced.</summary>
    public static Activity? Start(string name) => Source.StartActivity(name);

    /// <summary>Begins a span below one that another process, or an earlier moment, had.</summary>
    /// <param name="name">What is done.</param>
    /// <param name="parent">What <see cref="Context"/> was there; null begins nothing.</param>
    public static Activity? Start(string name, string? parent) =>
        ActivityContext.TryParse(parent, traceState: null, isRemote: true, out var context)
            ? Source.StartActivity(name, ActivityKind.Internal, context)
            : null;

    /// <summary>
    /// Begins a job's trace, or goes on with the client's, if it has one that is recorded.
    /// </summary>
    public static Activity? StartJob()
    {
        if (Source.HasListeners() && Activity.Current is { Recorded: false })
        {
            // The span that a web server begins of itself for every request leads nowhere.
            Activity.Current = null;
        }

        return Source.StartActivity(Submit, ActivityKind.Server);
    }

    /// <summary>Notes what took from one moment to another, and has ended.</summary>
    /// <param name="name">What it was.</param>
    /// <param name="parent">What <see cref="Context"/> was; null notes nothing.</param>
    /// <param name="from">When it began.</param>
    /// <param name="to">When it ended.</param>
    /// <param name="tags">What more is to be said.</param>
    public static void Note(
        string name,
        string? parent,
        DateTimeOffset from,
        DateTimeOffset to,
        params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!ActivityContext.TryParse(parent, traceState: null, isRemote: true, out var context))
        {
            return;
        }

        using var span = Source.StartActivity(
            name, ActivityKind.Internal, context, startTime: from);
        foreach (var (key, value) in tags)
        {
            span?.SetTag(key, value);
        }

        span?.SetEndTime(to.UtcDateTime);
    }

    /// <summary>Runs something that belongs to no job, such as a loop that a job started.</summary>
    public static T Outside<T>(Func<T> run)
    {
        var span = Activity.Current;
        Activity.Current = null;
        try
        {
            return run();
        }
        finally
        {
            Activity.Current = span;
        }
    }
}
