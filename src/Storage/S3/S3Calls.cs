using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;

namespace RenderFarm.Storage.S3;

/// <summary>
/// Turns what the SDK throws into one exception that says what was tried, and where.
/// </summary>
internal sealed class S3Calls(string place)
{
    /// <summary>A spoilt line is closed with its answer; the next try has another.</summary>
    private const int MostUnread = 3;

    /// <exception cref="StoreException">It failed after every retry.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled and not answered.</exception>
    public async Task<T> RunAsync<T>(
        string what, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        for (var unreadCount = 0; ; unreadCount++)
        {
            try
            {
                return await RunOnceAsync(what, call, cancellationToken);
            }
            catch (StoreException e) when (unreadCount < MostUnread && IsUnread(e.InnerException))
            {
            }
        }
    }

    private async Task<T> RunOnceAsync<T>(
        string what, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (AmazonServiceException e)
        {
            // Never the exception's own text alone: for some answers it is empty.
            throw new StoreException(
                $"could not {what} in {place}: {(int)e.StatusCode} {e.ErrorCode} {e.Message}",
                IsUndecided(e), e);
        }
        catch (Exception e) when (IsLostLine(e) || e is HttpRequestException or TimeoutException
            or OperationCanceledException or AmazonClientException)
        {
            var message = $"could not {what} in {place}: {e.Message}";
            // Who asked for it to end hears that it did, also when the line broke at that moment.
            throw cancellationToken.IsCancellationRequested
                ? new OperationCanceledException(message, e, cancellationToken)
                : new StoreException(message, true, e);
        }
    }

    /// <summary>
    /// True when the connection was lost. The SDK throws what the socket said, bare, and .NET asks
    /// a new connection for its other end, which throws when it is gone already; any other
    /// <see cref="IOException"/> is about a file here.
    /// </summary>
    public static bool IsLostLine(Exception e) =>
        e is SocketException or HttpIOException or IOException { InnerException: SocketException };

    /// <summary>
    /// True when the server could not read the request, and so did nothing. S3's own refusals name
    /// a code in their body; a 400 that names none is the HTTP server's. Ceph's was seen to give it
    /// where many conditional writes lose at once.
    /// </summary>
    public static bool IsUnread(Exception? e) => e is AmazonServiceException
    {
        StatusCode: HttpStatusCode.BadRequest, ErrorCode: nameof(HttpStatusCode.BadRequest),
    };

    /// <summary>
    /// True when the server did not say yes or no: it was not reached, was overloaded, did not
    /// answer in time, could not read what was asked, or saw two writes at once.
    /// </summary>
    public static bool IsUndecided(Exception e) => e switch
    {
        _ when IsUnread(e) => true,
        AmazonServiceException { StatusCode: 0 or HttpStatusCode.Conflict } => true,
        AmazonServiceException { StatusCode: HttpStatusCode.RequestTimeout } => true,
        AmazonServiceException { StatusCode: HttpStatusCode.TooManyRequests } => true,
        AmazonServiceException service => service.StatusCode >= HttpStatusCode.InternalServerError,
        HttpRequestException or IOException or SocketException => true,
        TimeoutException or OperationCanceledException => true,
        _ => false,
    };
}
