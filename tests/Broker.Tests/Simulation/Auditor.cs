using System.Globalization;
using System.Text.Json;
using RenderFarm.Broker.State;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Reels;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>
/// Sees every commit and every message of a simulated world, and ends that world when an
/// invariant breaks.
/// </summary>
internal sealed class Auditor(FakeWorld world)
{
    private readonly Dictionary<string, JobView> jobs = [];
    private readonly Dictionary<string, Outgoing> rows = [];
    private readonly HashSet<string> sent = [];
    private readonly Dictionary<string, long> told = [];

    /// <summary>Whether the store was ever put back: clients may have heard too much.</summary>
    public bool WasPutBack { get; private set; }

    public bool HasEnded(string jobId) =>
        jobs.TryGetValue(jobId, out var view)
            ? view.Job is { HasEnded: true }
            : HasEndRecord(jobId);

    /// <summary>What rests of a job: null is the job itself, else a shot.</summary>
    public IEnumerable<string?> PausedIn(string jobId)
    {
        if (!jobs.TryGetValue(jobId, out var view) || view.Job is not { HasEnded: false } job)
        {
            yield break;
        }

        if (job.Status == JobStatus.Paused)
        {
            yield return null;
        }

        foreach (var shot in view.Shots.Values)
        {
            if (shot.Status == ShotStatus.Held || shot.HoldAsked)
            {
                yield return shot.ShotId;
            }
        }
    }

    /// <summary>A commit happened.</summary>
    public void Committed(Commit commit) => Keep(commit, isNew: true);

    /// <summary>A commit is part of what the store is put back to.</summary>
    public void Restored(Commit commit) => Keep(commit, isNew: false);

    /// <summary>The store is empty.</summary>
    public void Forget()
    {
        WasPutBack = true;
        jobs.Clear();
        rows.Clear();
    }

    /// <summary>Rows of the outbox were deleted.</summary>
    public void Deleted(IReadOnlyList<string> ids)
    {
        foreach (var id in ids)
        {
            if (rows.Remove(id, out var row)
                && !sent.Contains(row.Kind == OutgoingKind.Stitch ? row.Body : id))
            {
                throw new BrokenInvariantException(
                    $"a {row.Kind} to {row.Address} was deleted and never sent");
            }
        }
    }

    /// <summary>A message was confirmed.</summary>
    public void Sent(string messageId) => sent.Add(messageId);

    /// <summary>An order to a stitcher was confirmed; it bears no id.</summary>
    public void Ordered(StitchReel order) =>
        sent.Add(JsonSerializer.Serialize(order, FarmJson.Options));

    /// <summary>An event was confirmed: none may be missing between it and those before.</summary>
    public void Told(string address, ReadOnlyMemory<byte> body)
    {
        using var json = JsonDocument.Parse(body);
        if (WasPutBack || !json.RootElement.TryGetProperty("sequence", out var number))
        {
            return;
        }

        var lane = address[..address.LastIndexOf('.')];
        var last = told.GetValueOrDefault(lane);
        var sequence = number.GetInt64();
        if (sequence > last + 1)
        {
            throw new BrokenInvariantException(
                $"{address} is event {sequence}, and clients have heard up to {last}");
        }

        told[lane] = Math.Max(last, sequence);
    }

    /// <summary>What keeps a calm world from being at its end, or null.</summary>
    public string? WhatIsOpen()
    {
        foreach (var film in world.Client.Films)
        {
            var hasSpec = world.Objects.TryHead(
                ObjectKeys.JobSpec(State.Films.Tenant, film.JobId)) is not null;
            var view = jobs.GetValueOrDefault(film.JobId);
            if (hasSpec && view is null && !HasEndRecord(film.JobId))
            {
                return $"{film.JobId} is accepted and was not begun";
            }

            if (view?.Job is { } job && !(job.HasEnded && job.Closed))
            {
                var shots = string.Join(", ", view.Shots.Values.Select(s => s.Status));
                return $"{film.JobId} is {job.Status}, its shots {shots}";
            }
        }

        return rows.Count == 0 ? null : $"{rows.Count} messages are in the outbox";
    }

    /// <summary>Such a job needs no state: a store that lost it does not get it back.</summary>
    private bool HasEndRecord(string jobId) =>
        world.Objects.TryHead(ObjectKeys.EndedJob(State.Films.Tenant, jobId, 1)) is not null
        || world.Objects.TryHead(ObjectKeys.Report(State.Films.Tenant, jobId, 1)) is not null;

    private void ConcludeWithoutState(FakeFilm film)
    {
        if (film.IsAccepted && !HasEndRecord(film.JobId))
        {
            throw new BrokenInvariantException($"{film.JobId} was accepted and is gone");
        }

        var key = ObjectKeys.EndedJob(State.Films.Tenant, film.JobId, 1);
        if (film.IsToldCanceled && world.Objects.TryHead(key) is null)
        {
            throw new BrokenInvariantException(
                $"{film.JobId} has no end without a reel, and its owner was told of one");
        }
    }

    /// <summary>What must hold once everything came to its end.</summary>
    public void Conclude()
    {
        foreach (var film in world.Client.Films)
        {
            var job = jobs.GetValueOrDefault(film.JobId)?.Job;
            if (job is null)
            {
                ConcludeWithoutState(film);
                continue;
            }

            if (film.IsToldCanceled && job.Status != JobStatus.Canceled)
            {
                throw new BrokenInvariantException(
                    $"{film.JobId} is {job.Status}, and its owner was told that it is canceled");
            }
        }

        var known = jobs.Values.Where(view => view.Job is not null);
        var indexes = known.SelectMany(view => IndexRules.Of(view.Job!)
                .Concat(view.Shots.Values.SelectMany(IndexRules.Of)))
            .GroupBy(change => change.Index);
        foreach (var index in indexes)
        {
            var expected = index.Where(change => change.Score is not null)
                .OrderBy(change => change.Score)
                .ThenBy(change => change.Member, StringComparer.Ordinal)
                .Select(change => change.Member);
            if (!expected.SequenceEqual(world.Store.ReadIndex(index.Key)))
            {
                throw new BrokenInvariantException(
                    $"the index {index.Key} does not follow from the states");
            }
        }
    }

    private void Keep(Commit commit, bool isNew)
    {
        foreach (var row in commit.Rows)
        {
            rows.Add(row.Id, row.Message);
        }

        var touched = new HashSet<JobView>();
        var orders = commit.Rows.Where(row => row.Message.Kind == OutgoingKind.Stitch)
            .Select(row => JsonSerializer.Deserialize<StitchReel>(
                row.Message.Body, FarmJson.Options)!.JobId)
            .ToList();
        foreach (var record in commit.Records)
        {
            if (Keep(record, orders, isNew) is { } view)
            {
                touched.Add(view);
            }
        }

        foreach (var view in isNew ? touched : [])
        {
            Invariants.Holds(view, world);
        }
    }

    private JobView? Keep(RecordWrite record, List<string> stitchOrders, bool isNew)
    {
        var parts = record.Key.Split(':');
        if (parts[0] is not ("job" or "shot") || record.Json is null or RecordWrite.Same)
        {
            return null;
        }

        if (!jobs.TryGetValue(parts[1], out var view))
        {
            jobs.Add(parts[1], view = new JobView());
        }

        if (parts[0] == "job")
        {
            var job = JsonSerializer.Deserialize<JobState>(record.Json, FarmJson.Options)!;
            if (isNew)
            {
                Invariants.Changed(
                    view.Job, job, stitchOrders.Count(jobId => jobId == job.JobId));
            }

            view.Job = job;
            return view;
        }

        var index = int.Parse(parts[2], CultureInfo.InvariantCulture);
        var shot = JsonSerializer.Deserialize<ShotState>(record.Json, FarmJson.Options)!;
        if (isNew)
        {
            var ofJob = view.Job ?? throw new BrokenInvariantException(
                $"{parts[1]}/{index} is kept, and its job is not");
            Invariants.Changed(ofJob, view.Shots.GetValueOrDefault(index), shot);
        }

        view.Shots[index] = shot;
        return view;
    }
}
