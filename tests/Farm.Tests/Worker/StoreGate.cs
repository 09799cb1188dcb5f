using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using RenderFarm.Servers;

namespace RenderFarm.Farm.Tests.Worker;

/// <summary>
/// Can hold a request for good, before it is carried out or before it is answered, so that whoever
/// sent it can be met at that very point.
/// </summary>
internal sealed class StoreGate(Uri behind) : StoreProxy(behind)
{
    private readonly CancellationTokenSource disposed = new();
    private volatile Held? held;

    /// <summary>What was carried out, as in <c>PUT /bucket/key</c>, in order.</summary>
    public ConcurrentQueue<string> Done { get; } = [];

    /// <summary>Holds the next request whose path ends so.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="pathEnd">How its path ends.</param>
    /// <param name="carryOut">Whether it is carried out, and only its answer held.</param>
    /// <returns>Ends when a request is held.</returns>
    public Task HoldAsync(string method, string pathEnd, bool carryOut = false)
    {
        held = new Held(method, pathEnd, carryOut);
        return held.Reached.Task.WaitAsync(TimeSpan.FromMinutes(3));
    }

    public override async ValueTask DisposeAsync()
    {
        await disposed.CancelAsync();
        await base.DisposeAsync();
        disposed.Dispose();
    }

    protected override async Task ServeAsync(HttpContext context)
    {
        var hold = TakeHold(context.Request);
        if (hold is { CarryOut: false })
        {
            await HoldAsync(hold, context);
            return;
        }

        using var answer = await CarryOutAsync(context);
        Done.Enqueue($"{context.Request.Method} {context.Request.Path}");
        if (hold is not null)
        {
            await HoldAsync(hold, context);
            return;
        }

        await AnswerAsync(context, answer);
    }

    private Held? TakeHold(HttpRequest request)
    {
        var hold = held;
        if (hold?.Method != request.Method
            || !request.Path.Value!.EndsWith(hold.PathEnd, StringComparison.Ordinal))
        {
            return null;
        }

        held = null;
        return hold;
    }

    private async Task HoldAsync(Held hold, HttpContext context)
    {
        hold.Reached.TrySetResult();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, disposed.Token);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Abort();
    }

    private sealed record Held(string Method, string PathEnd, bool CarryOut)
    {
        public TaskCompletionSource Reached { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
