using RenderFarm.Broker.Recovery;
using RenderFarm.Storage;
using StackExchange.Redis;

namespace RenderFarm.Broker.Intake;

/// <summary>
/// Hears what workers and stitchers say once: while Redis or the object store is away, their word
/// waits. A sweep would make up for a lost one, but late: a shot that was handed back would wait
/// for the end of its lease, and a reel for <see cref="BrokerOptions.StitchTime"/>.
/// </summary>
internal sealed class PatientHearing(
    RebuildGate gate, TimeProvider time, ILogger<PatientHearing> log)
{
    /// <summary>Well below the 30 minutes after which RabbitMQ takes a delivery back.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>True for faults of a server, which end when it is back.</summary>
    public static bool MayPass(Exception fault) =>
        fault is RedisException or TimeoutException or StoreException { CanRetry: true };

    /// <summary>Repeats what is harmless to repeat until it is done.</summary>
    /// <param name="word">The message's name, for the log.</param>
    /// <param name="hearAsync">Deals with it.</param>
    /// <param name="cancellationToken">Ends the wait; the message then comes again.</param>
    /// <exception cref="Exception">It is no fault of a server, or lasted ten minutes.</exception>
    public async Task HearAsync(
        string word, Func<Task> hearAsync, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            try
            {
                await gate.RunAsync(hearAsync, cancellationToken);
                return;
            }
            catch (Exception fault) when (MayPass(fault)
                && time.GetElapsedTime(start) < Patience
                && !cancellationToken.IsCancellationRequested)
            {
                log.WordWaits(word, fault.Message);
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) =>
        pause * 2 < LongestPause ? pause * 2 : LongestPause;
}
