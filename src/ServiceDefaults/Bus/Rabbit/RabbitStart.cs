using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace RenderFarm.ServiceDefaults.Bus.Rabbit;

/// <summary>
/// Waits for RabbitMQ at start, and says plainly which setting is wrong when it is not there.
/// </summary>
internal sealed class RabbitStart(
    RabbitConnection connection, RabbitAddress address, TimeProvider time, TimeSpan timeout)
    : IHostedService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <exception cref="InvalidOperationException">RabbitMQ refuses us, or did not
    /// come.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            late.Token, cancellationToken);
        Exception? last = null;
        try
        {
            for (; ; )
            {
                try
                {
                    var open = await connection.ConnectAsync(keepTrying: false, either.Token);
                    // Only the first channel tells whether there is such a virtual host.
                    await using var channel = await open.CreateChannelAsync(
                        cancellationToken: either.Token);
                    return;
                }
                catch (Exception e) when (IsRefusal(e.InnerException ?? e))
                {
                    throw Failure("refuses us", e);
                }
                catch (Exception e) when (RabbitFaults.MayPass(e, either.Token))
                {
                    last = e;
                }

                await Task.Delay(Pause, time, either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure($"cannot be reached within {timeout.TotalSeconds:0} s", last);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // A wrong password does not become right by waiting, nor does a virtual host appear.
    private static bool IsRefusal(Exception e) =>
        e is AuthenticationFailureException or PossibleAuthenticationFailureException
            or OperationInterruptedException { ShutdownReason.ReplyCode: Constants.NotAllowed };

    private InvalidOperationException Failure(string what, Exception? inner) =>
        new($"Bus__Url: RabbitMQ at {address} {what}: {(inner?.InnerException ?? inner)?.Message}",
            inner);
}
