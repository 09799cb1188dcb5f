using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Benchmarks.Processes;

/// <summary>
/// A client who never gives up: submits films under names of its own until a Broker answers,
/// and asks after each until it has ended.
/// </summary>
/// <param name="doors">Where the Brokers listen.</param>
/// <param name="time">The clock.</param>
internal sealed class JobDesk(IReadOnlyList<Uri> doors, TimeProvider time) : IDisposable
{
    private const int OpenCount = 4;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(8) };
    private readonly ConcurrentQueue<JobRecord> jobs = [];
    private int turn;

    public IReadOnlyCollection<JobRecord> Jobs => jobs;

    public IEnumerable<JobRecord> Open => jobs.Where(job => !job.HasEnded);

    /// <summary>Keeps some films in the works until it is told to stop.</summary>
    /// <param name="next">The next film; asked by one caller at a time.</param>
    /// <param name="until">Ends it; what was submitted stays.</param>
    public Task RunAsync(
        Func<(FilmKind Kind, string Text)> next, CancellationToken until) =>
        Task.WhenAll(Enumerable.Range(0, OpenCount).Select(_ => SubmitAllAsync(next, until)));

    /// <summary>Submits one film, and waits until it has ended.</summary>
    public Task RenderAsync(
        FilmKind kind, string text, CancellationToken cancellationToken)
    {
        JobRecord job;
        lock (jobs)
        {
            job = new(Name(), kind, text);
            jobs.Enqueue(job);
        }

        return CarryAsync(job, cancellationToken);
    }

    /// <summary>Waits until every job has ended, or not any longer.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(Open.Select(job => CarryAsync(job, cancellationToken)));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    public void Dispose() => http.Dispose();

    private async Task SubmitAllAsync(
        Func<(FilmKind Kind, string Text)> next, CancellationToken until)
    {
        try
        {
            while (true)
            {
                until.ThrowIfCancellationRequested();
                Task ended;
                lock (next)
                {
                    var (kind, text) = next();
                    ended = RenderAsync(kind, text, until);
                }

                await ended;
            }
        }
        catch (OperationCanceledException) when (until.IsCancellationRequested)
        {
        }
    }

    private string Name() =>
        string.Create(CultureInfo.InvariantCulture, $"film-{jobs.Count + 1}");

    private async Task CarryAsync(JobRecord job, CancellationToken cancellationToken)
    {
        while (!job.Accepted)
        {
            await TryAsync(token => SubmitAsync(job, token), cancellationToken);
        }

        while (!job.HasEnded)
        {
            await Task.Delay(Period, time, cancellationToken);
            await TryAsync(token => LookAsync(job, token), cancellationToken);
        }
    }

    /// <summary>Goes to one Broker after another; a failure is a reason to try the next.</summary>
    private async Task TryAsync(
        Func<CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        try
        {
            await call(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && e is HttpRequestException or OperationCanceledException or IOException)
        {
            await Task.Delay(Period / 4, time, cancellationToken);
        }
    }

    private async Task SubmitAsync(JobRecord job, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync(
            At("v1/jobs"),
            new SubmitJob
            {
                JobId = job.JobId,
                Script = new Script { Format = ScriptFormat.Text, Text = job.Text },
            },
            FarmJson.Options,
            cancellationToken);
        if (answer.StatusCode == HttpStatusCode.UnprocessableEntity)
        {
            throw new InvalidOperationException(
                await answer.Content.ReadAsStringAsync(cancellationToken));
        }

        answer.EnsureSuccessStatusCode();
        job.Accepted = true;
    }

    private async Task LookAsync(JobRecord job, CancellationToken cancellationToken) =>
        job.Snapshot = await http.GetFromJsonAsync<JobSnapshot>(
            At($"v1/jobs/{job.JobId}"), FarmJson.Options, cancellationToken);

    private Uri At(string path) => new(
        doors[(int)((uint)Interlocked.Increment(ref turn) % doors.Count)], path);
}
