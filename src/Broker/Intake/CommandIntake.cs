using System.Text.Json;
using RenderFarm.Contracts;
using RenderFarm.Contracts.Film;
using RenderFarm.Contracts.Jobs;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Broker.Intake;

/// <summary>Answers commands as plain JSON, from clients in any language.</summary>
internal sealed class CommandIntake(
    ICommandChannel commands, JobIntake jobs, ILogger<CommandIntake> log) : BackgroundService
{
    // A Broker that is ready can be spoken to, and heard.
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await commands.OpenAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Answers one command.</summary>
    public async Task<CommandOutcome> AnswerAsync(
        ClientCommand command, CancellationToken cancellationToken)
    {
        if (command.Refusal is { } refusal)
        {
            return Park(CommandReader.Fault("command-too-large", "$", refusal), jobId: null);
        }

        var type = string.IsNullOrEmpty(command.Type)
            ? command.Headers.GetValueOrDefault("type") as string
            : command.Type;
        var reading = CommandReader.Read(type, command.Body);
        return reading.Command switch
        {
            SubmitJob submit => await SubmitAsync(submit, cancellationToken),
            CancelJob cancel => Reply(
                await jobs.CancelAsync(cancel, cancellationToken), cancel.JobId),
            PauseJob pause => Reply(
                await jobs.PauseAsync(pause, cancellationToken), pause.JobId),
            ResumeJob resume => Reply(
                await jobs.ResumeAsync(resume, cancellationToken), resume.JobId),
            GetJob get => Reply(
                new JobAnswer(await jobs.GetAsync(get, cancellationToken), null), get.JobId),
            _ => Park(reading.Fault!, reading.JobId),
        };
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        commands.AnswerAsync(AnswerAsync, stoppingToken);

    private async Task<CommandOutcome> SubmitAsync(
        SubmitJob submit, CancellationToken cancellationToken)
    {
        var answer = await jobs.SubmitAsync(submit, cancellationToken);
        return answer.Accepted is { } accepted ? Reply(accepted) : Reply(answer.Rejected!);
    }

    private static CommandOutcome Reply(JobAnswer answer, string jobId) => answer switch
    {
        { Snapshot: { } snapshot } => Reply(snapshot),
        { Rejected: { } rejected } => Reply(rejected),
        _ => Reply(new JobUnknown { JobId = jobId }),
    };

    private static CommandOutcome Reply<T>(T body) =>
        CommandOutcome.Reply(
            typeof(T).Name, JsonSerializer.SerializeToUtf8Bytes(body, FarmJson.Options));

    /// <summary>It is no command: the client is told, and it is kept for a person.</summary>
    private CommandOutcome Park(Fault fault, string? jobId)
    {
        log.CommandParked(fault.Code, fault.Place);
        return Reply(new JobRejected { JobId = jobId, Faults = [fault] }) with
        {
            ParkedBecause = $"{fault.Code} at {fault.Place}: {fault.Message}",
        };
    }
}
