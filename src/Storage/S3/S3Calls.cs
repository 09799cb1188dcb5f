using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;

namespace RenderFarm.Storage.S3;

/// <summary>
/// Turns what the SDK throws into one exception that says what was tried, and where.
/// </summary>
internal sealed class S3Calls(string place)
{
    /// <exception cref="StoreException">It failed after every retry.</exception>
    public async Task<T> RunAsync<T>(
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
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && (IsLostLine(e) || e is HttpRequestException or TimeoutException
                or OperationCanceledException or AmazonClientException))
        {
            throw new StoreException($"could not {what} in {place}: {e.Message}", true, e);
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
    /// True when the server did not say yes or no: it was not reached, was overloaded, did not
    /// answer in time, or saw two writes at once.
    /// </summary>
    public static bool IsUndecided(Exception e) => e switch
    {
        AmazonServiceException { StatusCode: 0 or HttpStatusCode.Conflict } => true,
        AmazonServiceException { StatusCode: HttpStatusCode.RequestTimeout } => true,
        AmazonServiceException { StatusCode: HttpStatusCode.TooManyRequests } => true,
        AmazonServiceException service => service.StatusCode >= HttpStatusCode.InternalServerError,
        HttpRequestException or IOException or SocketException => true,
        TimeoutException or OperationCanceledException => true,
        _ => false,
    };
}
