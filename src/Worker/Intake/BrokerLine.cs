using MassTransit;
using Microsoft.Extensions.Options;
using RenderFarm.Contracts.Shots;
using RenderFarm.ServiceDefaults.Bus;

namespace RenderFarm.Worker.Intake;

/// <summary>What a worker says to the Broker, and how long it waits for an answer.</summary>
internal sealed class BrokerLine(
    IRequestClient<ClaimShot> claims,
    IRequestClient<RenewLease> renewals,
    PatientSender sender,
    IOptions<WorkerOptions> options,
    TimeProvider time,
    ILogger<BrokerLine> log)
{
    /// <summary>Asks for a shot; null when no answer came in time.</summary>
    public Task<ClaimAnswer?> ClaimAsync(ClaimShot claim, CancellationToken cancellationToken) =>
        AskAsync(
            nameof(ClaimShot),
            async token =>
            {
                var answer = await claims.GetResponse<ShotClaimed, ClaimRefused>(
                    claim, token, options.Value.ClaimTime);
                return answer.Is(out Response<ShotClaimed>? granted)
                    ? new ClaimAnswer(granted.Message, null)
                    : answer.Is(out Response<ClaimRefused>? refused)
                        ? new ClaimAnswer(null, refused.Message)
                        : null;
            },
            options.Value.ClaimTime,
            cancellationToken);

    /// <summary>Renews a lease; null when no answer came in time.</summary>
    public Task<LeaseRenewed?> RenewAsync(
        RenewLease renewal, TimeSpan longest, CancellationToken cancellationToken) =>
        AskAsync<LeaseRenewed>(
            nameof(RenewLease),
            async token =>
                (await renewals.GetResponse<LeaseRenewed>(renewal, token, longest)).Message,
            longest,
            cancellationToken);

    /// <summary>
    /// Tells how an attempt ended, again and again while the bus is away, for
    /// <see cref="WorkerOptions.ReportPatience"/> in all; then lets it be.
    /// </summary>
    public Task ReportAsync<T>(T message, CancellationToken cancellationToken)
        where T : class =>
        sender.SendAsync(
            FarmQueues.Shots, message, options.Value.ReportPatience, cancellationToken);

    /// <summary>Says something once; false when that did not work out.</summary>
    public Task<bool> TryTellAsync<T>(
        T message, TimeSpan longest, CancellationToken cancellationToken)
        where T : class =>
        sender.TrySendAsync(FarmQueues.Shots, message, longest, cancellationToken);

    private async Task<T?> AskAsync<T>(
        string question,
        Func<CancellationToken, Task<T?>> ask,
        TimeSpan longest,
        CancellationToken cancellationToken)
        where T : class
    {
        // The bus counts from when the question is sent; while it is away, this clock counts.
        using var limit = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            limit.Token, cancellationToken);
        try
        {
            return await ask(either.Token);
        }
        catch (Exception fault)
        {
            // Whatever it failed of at that moment: nobody waits for the answer any more.
            cancellationToken.ThrowIfCancellationRequested();
            log.NotAnswered(fault, question);
            return null;
        }
    }
}
