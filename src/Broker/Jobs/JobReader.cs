using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RenderFarm.Broker.Planning;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.Contracts.Shots;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Jobs;

/// <summary>
/// Submit and plan: turns what was asked for into a spec with everything decided, or says every
/// reason why not. Nothing is written.
/// </summary>
/// <param name="store">Where the models' manifests and the film's images and sound are.</param>
/// <param name="time">The clock.</param>
/// <param name="options">Limits and defaults.</param>
public sealed class JobReader(
    IObjectStore store, TimeProvider time, IOptions<JobReaderOptions> options)
{
    private readonly JobReaderOptions limits = options.Value;
    private readonly ModelCatalog models = new(store, time, options.Value.ManifestAge);

    /// <summary>Reads and plans a job. Never throws for what the command says.</summary>
    public Task<JobReading> ReadAsync(SubmitJob command, CancellationToken cancellationToken) =>
        ReadAsync(command, ReadStoryboard(command), cancellationToken);

    /// <summary>
    /// The same for a caller that has read the storyboard already, so that faults name the
    /// source's lines.
    /// </summary>
    public async Task<JobReading> ReadAsync(
        SubmitJob command, StoryboardReading reading, CancellationToken cancellationToken)
    {
        var faults = new FaultList(limits.MaxFaults, reading.Faults);
        CheckCommand(command, faults);
        TenantCheck.Check(command, limits, faults);
        var spec = reading.Storyboard is { } storyboard
            ? await PlanAsync(command, storyboard, faults, cancellationToken)
            : null;

        var all = new FaultList(limits.MaxFaults);
        all.AddRange(reading.Faults);
        all.AddRange(reading.Locate(faults.All));
        return new JobReading(all.HasErrors ? null : spec, all.All);
    }

    private async Task<JobSpec?> PlanAsync(
        SubmitJob command,
        Storyboard storyboard,
        FaultList faults,
        CancellationToken cancellationToken)
    {
        var canGoOn = new StoryboardCheck(limits, faults).Run(storyboard);
        var model = await FindModelAsync(storyboard, faults, cancellationToken);
        if (!canGoOn)
        {
            return null;
        }

        await new InputCheck(store, limits, faults).RunAsync(storyboard, cancellationToken);
        if (model is null)
        {
            return null;
        }

        ModelFit.Check(storyboard, model, faults);
        var film = new FilmFit(storyboard, model, limits, faults).Fit();
        if (faults.HasErrors)
        {
            return null;
        }

        var shots = JobPlan.Shots(storyboard, model, film, limits.NumericsProfile);
        WarnOfTwins(shots, faults);
        return new JobSpec
        {
            JobId = command.JobId ?? $"{Guid.CreateVersion7(time.GetUtcNow())}",
            TenantId = limits.TenantId,
            Title = storyboard.Title is null ? null : TextRules.Fold(storyboard.Title),
            Priority = command.Priority,
            PayingTenant = command.Tenant,
            Budget = command.Budget,
            OnFailedShot =
                command.OnFailedShot ?? storyboard.OnFailedShot ?? FailedShotRule.Fail,
            AcceptedAt = time.GetUtcNow(),
            Model = model.Name,
            ModelDigest = model.Digest,
            NumericsProfile = limits.NumericsProfile,
            Size = film.Size,
            FrameRate = film.Rate,
            FrameCount = (int)film.FrameCount,
            Codec = storyboard.Codec,
            SoundtrackSha256 =
                storyboard.Soundtrack is { } sound ? InputName.Sha256Of(sound) : null,
            RequestSha256 = DigestOf(command),
            Shots = shots,
        };
    }

    private StoryboardReading ReadStoryboard(SubmitJob command)
    {
        var given = new object?[] { command.Storyboard, command.Script, command.Prompt }
            .Count(form => form is not null);
        if (given != 1)
        {
            var faults = new FaultList(limits.MaxFaults);
            faults.Error(
                "film-not-one",
                "$",
                $"Expected one of storyboard, script and prompt, found {given} of them.");
            return new StoryboardReading(null, faults.All);
        }

        return command switch
        {
            { Storyboard: { } storyboard } => new StoryboardReading(storyboard, []),
            { Script: { } script } => StoryboardReader.Read(script, limits),
            _ => new StoryboardReading(OneShot(command.Prompt!), [])
            {
                Places = new Dictionary<string, string> { ["$.shots[0].prompt"] = "$.prompt" },
            },
        };

        static Storyboard OneShot(string prompt) => new()
        {
            Shots = [new StoryboardShot { Prompt = prompt }],
        };
    }

    private static void CheckCommand(SubmitJob command, FaultList faults)
    {
        if (command.JobId is { } id && !TextRules.IsId(id))
        {
            faults.Error(
                "bad-job-id",
                "$.jobId",
                $"Expected 1 to 64 of a-z 0-9 -, found '{TextRules.Excerpt(id)}'.");
        }

        if (!Enum.IsDefined(command.Priority))
        {
            faults.Error(
                "unknown-word", "$.priority", $"{(int)command.Priority} is no priority.");
        }

        StoryboardCheck.CheckRule(command.OnFailedShot, faults);
    }

    private async Task<ModelManifest?> FindModelAsync(
        Storyboard storyboard, FaultList faults, CancellationToken cancellationToken)
    {
        var name = storyboard.Model ?? limits.DefaultModel;
        try
        {
            if (IsModelName(name)
                && await models.FindAsync(name, cancellationToken) is { } model)
            {
                return model;
            }
        }
        catch (InvalidDataException fault)
        {
            faults.Error("model-broken", "$.model", $"It cannot be used: {fault.Message}.");
            return null;
        }

        var hint = Suggestion.For(name, [.. await models.ListAsync(cancellationToken)]);
        faults.Error(
            "unknown-model",
            "$.model",
            $"The farm has no model '{TextRules.Excerpt(name)}'.{hint}");
        return null;
    }

    private static bool IsModelName(string name) =>
        name.Length is >= 1 and <= 64 && char.IsAsciiLetterOrDigit(name[0])
        && !name.Contains("..", StringComparison.Ordinal)
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.');

    private static void WarnOfTwins(IReadOnlyList<PlannedShot> shots, FaultList faults)
    {
        var firsts = new Dictionary<string, int>();
        for (var index = 0; index < shots.Count; index++)
        {
            var key = shots[index].Task.RenderKey;
            if (!firsts.TryAdd(key, index))
            {
                faults.Warning(
                    "same-footage",
                    $"$.shots[{index}]",
                    $"Everything here is as in shot {firsts[key] + 1}, so it is the same footage; "
                        + "a seed of its own makes another take.");
            }
        }
    }

    /// <summary>What was asked for as a digest; the job's name is not part of it.</summary>
    private static string DigestOf(SubmitJob command) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
            command with { JobId = null }, FarmJson.Options)));
}
