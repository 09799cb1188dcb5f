using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace RenderFarm.ServiceDefaults.Bus;

/// <summary>Sends what must get through although the bus is away for a while.</summary>
public sealed class PatientSender(
    IFarmSender sender, TimeProvider time, ILogger<PatientSender> log)
{
    private static readonly TimeSpan LongestSend = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Sends again and again, with longer and longer pauses, for <paramref name="patience"/> in
    /// all; then drops the message and logs that: its receiver must be able to do without.
    /// </summary>
    public async Task SendAsync<T>(
        string queue, T message, TimeSpan patience, CancellationToken cancellationToken)
        where T : class
    {
        var start = time.GetTimestamp();
        var pause = TimeSpan.FromSeconds(0.5);
        while (!await TrySendAsync(queue, message, LongestSend, cancellationToken)
            .ConfigureAwait(false))
        {
            var jittered = pause * (0.5 + (RandomNumberGenerator.GetInt32(1000) / 1000.0));
            if (time.GetElapsedTime(start) + jittered > patience)
            {
                log.MessageDropped(typeof(T).Name, patience);
                return;
            }

            await Task.Delay(jittered, time, cancellationToken).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    /// <summary>Sends once; false when that did not work out within <paramref name="longest"/>.
    /// </summary>
    public async Task<bool> TrySendAsync<T>(
        string queue, T message, TimeSpan longest, CancellationToken cancellationToken)
        where T : class
    {
        using var limit = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            limit.Token, cancellationToken);
        try
        {
            await sender.SendAsync(queue, message, either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception fault)
        {
            cancellationToken.ThrowIfCancellationRequested();
            log.MessageNotSent(fault, typeof(T).Name);
            return false;
        }
    }
}
