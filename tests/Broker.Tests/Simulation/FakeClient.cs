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
        switch (world.Next(4))
        {
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
        }

        return insists;
    }

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
            if (((JobSnapshot)answer).Status == JobStatus.Canceled)
            {
                film.IsToldCanceled = true;
            }
        }));
    }
}
