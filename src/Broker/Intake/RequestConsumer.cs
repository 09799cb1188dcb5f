using MassTransit;
using RenderFarm.Contracts.Jobs;

namespace RenderFarm.Broker.Intake;

/// <summary>Answers the same commands from clients that speak MassTransit.</summary>
internal sealed class RequestConsumer(JobIntake jobs)
    : IConsumer<SubmitJob>,
        IConsumer<CancelJob>,
        IConsumer<PauseJob>,
        IConsumer<ResumeJob>,
        IConsumer<GetJob>
{
    public async Task Consume(ConsumeContext<SubmitJob> context)
    {
        var answer = await jobs.SubmitAsync(context.Message, context.CancellationToken);
        if (answer.Accepted is { } accepted)
        {
            await context.RespondAsync(accepted);
        }
        else
        {
            await context.RespondAsync(answer.Rejected!);
        }
    }

    public async Task Consume(ConsumeContext<CancelJob> context) => await RespondAsync(
        context,
        await jobs.CancelAsync(context.Message, context.CancellationToken),
        context.Message.JobId);

    public async Task Consume(ConsumeContext<PauseJob> context) => await RespondAsync(
        context,
        await jobs.PauseAsync(context.Message, context.CancellationToken),
        context.Message.JobId);

    public async Task Consume(ConsumeContext<ResumeJob> context) => await RespondAsync(
        context,
        await jobs.ResumeAsync(context.Message, context.CancellationToken),
        context.Message.JobId);

    public async Task Consume(ConsumeContext<GetJob> context) => await RespondAsync(
        context,
        new JobAnswer(await jobs.GetAsync(context.Message, context.CancellationToken), null),
        context.Message.JobId);

    private static Task RespondAsync(ConsumeContext context, JobAnswer answer, string jobId) =>
        answer switch
        {
            { Snapshot: { } snapshot } => context.RespondAsync(snapshot),
            { Rejected: { } rejected } => context.RespondAsync(rejected),
            _ => context.RespondAsync(new JobUnknown { JobId = jobId }),
        };
}
