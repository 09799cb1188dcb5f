using System.Net;
using Microsoft.AspNetCore.Http;
using RenderFarm.Servers;

namespace RenderFarm.Storage.Tests;

/// <summary>
/// Can lose an answer: the request is carried out, and whoever sent it sees the connection end.
/// It can also end connections, misread requests, and tell everybody that their write was made.
/// </summary>
internal sealed class AnswerLosingProxy(Uri behind) : StoreProxy(behind)
{
    private int toLose;
    private int lost;

    public int LostCount => lost;

    /// <summary>Answers 200 for a condition that did not hold, as some servers do.</summary>
    public bool TellsEverybodyWon { get; set; }

    /// <summary>How many more connections end with nothing carried out.</summary>
    public int ToEnd { get; set; }

    /// <summary>How many more requests are answered as if they could not be read.</summary>
    public int ToMisread { get; set; }

    public void LoseNextPutAnswer() => toLose = 1;

    protected override async Task ServeAsync(HttpContext context)
    {
        if (ToEnd > 0)
        {
            ToEnd--;
            context.Abort();
            return;
        }

        if (ToMisread > 0)
        {
            ToMisread--;
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Response.Headers.Connection = "close";
            return;
        }

        using var answer = await CarryOutAsync(context);
        if (context.Request.Method == HttpMethod.Put.Method
            && Interlocked.Exchange(ref toLose, 0) == 1)
        {
            Interlocked.Increment(ref lost);
            context.Abort();
            return;
        }

        if (TellsEverybodyWon && answer.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            return;
        }

        await AnswerAsync(context, answer);
    }
}
