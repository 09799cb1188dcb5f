using RenderFarm.Broker.Intake;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Tests.Simulation;

/// <summary>Submits films, some twice, and changes its mind about some.</summary>
internal sealed class FakeClient(FakeWorld world, IReadOnlyList<FakeFilm> films)
{
    public IReadOnlyList<FakeFilm> Films => films;

    /// <summary>Asks for something, perhaps again.</summary>
    public void Step()
    {
        var film = films[world.Next(films.Count)];
        switch (world.Next(7))
        {
            case 4 or 5 when film.AskedCount > 0 && world.Has(Faults.Pause):
                Pause(film);
                break;
            case 6 when film.AskedCount > 0 && world.Has(Faults.Cancel):
                world.Bus.Send(new FakeMail(
                    new CancelJob { JobId = film.JobId, ShotId = AnyShot(film) }));
                break;
            case 0 when film.AskedCount > 0 && world.Has(Faults.Cancel):
                film.IsUnwanted |= world.Next(4) == 0;
                Ask(film);
                break;
            case 1 when film.IsAccepted:
                SubmitImpostor(film);
                break;
            case 2 when film.AskedCount > 0:
                world.Bus.Send(new FakeMail(new GetJob { JobId = film.JobId }));
                break;
            default:
                if (film.AskedCount < 3)
                {
                    Submit(film);
                }

                break;
        }
    }

    /// <summary>Asks again for what was not answered, unless the client is gone.</summary>
    public bool Insist()
    {
        var isGone = world.Has(Faults.ClientGone);
        var insists = false;
        foreach (var film in films)
        {
            if (!film.IsAccepted && (film.AskedCount == 0 || !isGone))
            {
                Submit(film);
                insists = true;
            }

            if (film.IsUnwanted && !film.IsToldCanceled && !isGone
                && !world.Auditor.HasEnded(film.JobId))
            {
                Ask(film);
                insists = true;
            }

            insists |= Resume(film);
        }

        return insists;
    }

    /// <summary>Whatever rests in a calm world is let go on: a pause is no end.</summary>
    private bool Resume(FakeFilm film)
    {
        var paused = world.Auditor.PausedIn(film.JobId).ToList();
        foreach (var shotId in paused)
        {
            world.Bus.Send(new FakeMail(new ResumeJob { JobId = film.JobId, ShotId = shotId }));
        }

        return paused.Count > 0;
    }

    private void Pause(FakeFilm film)
    {
        var shotId = world.Next(2) == 0 ? AnyShot(film) : null;
        object what = world.Next(2) == 0
            ? new PauseJob { JobId = film.JobId, ShotId = shotId }
            : new ResumeJob { JobId = film.JobId, ShotId = shotId };
        world.Trace("a client pauses or resumes");
        world.Bus.Send(new FakeMail(what));
    }

    private string AnyShot(FakeFilm film) => $"shot-{1 + world.Next(film.ShotCount)}";

    private void Submit(FakeFilm film)
    {
        film.AskedCount++;
        world.Trace($"a client submits {film.JobId}");
        world.Bus.Send(new FakeMail(film, answer =>
        {
            film.IsAccepted |= ((SubmitAnswer)answer).Accepted is not null;
            if (!film.IsAccepted)
            {
                world.Break($"{film.JobId} was refused");
            }
        }));
    }

    private void SubmitImpostor(FakeFilm film) =>
        world.Bus.Send(new FakeMail(film.Impostor(), answer =>
        {
            if (((SubmitAnswer)answer).Rejected is null)
            {
                world.Break($"another film was accepted under the name {film.JobId}");
            }
        }));

    /// <summary>Stops an unwanted film.</summary>
    private void Ask(FakeFilm film)
    {
        if (!film.IsUnwanted)
        {
            return;
        }

        world.Trace($"a client cancels {film.JobId}");
        world.Bus.Send(new FakeMail(new CancelJob { JobId = film.JobId }, answer =>
        {
            if (((JobAnswer)answer).Snapshot is { Status: JobStatus.Canceled })
            {
                film.IsToldCanceled = true;
            }
        }));
    }
}
