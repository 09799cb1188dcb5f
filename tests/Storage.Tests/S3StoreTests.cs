using System.Net;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging.Abstractions;
using RenderFarm.Storage.S3;
using Xunit;

namespace RenderFarm.Storage.Tests;

public sealed class S3StoreTests(S3Server servers) : ObjectStoreContract
{
    private S3Options options = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PresignGet_Object_IsReadWithoutKeys()
    {
        await Store.PutIfAbsentAsync(Key("a"), Bytes("one"), "text/plain", Token);
        using var http = new HttpClient();

        var url = Store.PresignGet(Key("a"), TimeSpan.FromMinutes(1));

        Assert.Equal("one", await http.GetStringAsync(url, Token));
    }

    [Fact]
    public async Task PresignGet_PublicEndpoint_LeadsThere()
    {
        await Store.PutIfAbsentAsync(Key("a"), Bytes("one"), "text/plain", Token);
        var port = new Uri(options.Endpoint).Port;
        options.PublicEndpoint = $"http://localhost:{port}";
        using var store = Open(options);
        using var http = new HttpClient();

        var url = store.PresignGet(Key("a"), TimeSpan.FromMinutes(1));

        Assert.Equal("localhost", url.Host);
        Assert.Equal("one", await http.GetStringAsync(url, Token));
    }

    [Fact]
    public async Task PresignGet_AnotherObject_IsRefused()
    {
        await Store.PutIfAbsentAsync(Key("a"), Bytes("one"), "text/plain", Token);
        await Store.PutIfAbsentAsync(Key("b"), Bytes("two"), "text/plain", Token);
        using var http = new HttpClient();
        var url = Store.PresignGet(Key("a"), TimeSpan.FromMinutes(1)).AbsoluteUri;

        using var answer = await http.GetAsync(
            new Uri(url.Replace("/a?", "/b?", StringComparison.Ordinal)), Token);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task EnsureBucket_Twice_IsHarmless()
    {
        options.Bucket = "b" + Guid.NewGuid().ToString("n");
        using var store = Open(options);

        await store.EnsureBucketAsync(Token);
        await store.EnsureBucketAsync(Token);

        Assert.True(await store.PutIfAbsentAsync(Key("a"), Bytes("one"), "text/plain", Token));
    }

    [Fact]
    public async Task EnsureBucket_ByManyAtOnce_AllSucceed()
    {
        options.Bucket = "b" + Guid.NewGuid().ToString("n");
        using var store = Open(options);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.EnsureBucketAsync(Token)));

        Assert.True(await store.PutIfAbsentAsync(Key("a"), Bytes("one"), "text/plain", Token));
    }

    [Fact]
    public async Task Write_WrongSecret_SaysWhereAndNotTheSecret()
    {
        options.SecretKey = "not-the-secret";
        using var store = Open(options);

        var error = await Assert.ThrowsAsync<StoreException>(
            () => store.PutIfAbsentAsync(Key("a"), Bytes("one"), "text/plain", Token));

        Assert.Contains(options.Endpoint, error.Message, StringComparison.Ordinal);
        Assert.Contains("403", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-secret", error.ToString(), StringComparison.Ordinal);
        Assert.False(error.CanRetry);
    }

    [Fact]
    public async Task EnsureBucket_NobodyThere_NamesTheSetting()
    {
        options.Endpoint = "http://127.0.0.1:9";
        options.MaxRetries = 0;
        using var store = Open(options);

        var error = await Assert.ThrowsAsync<StoreException>(() => store.EnsureBucketAsync(Token));

        Assert.Contains("Storage__S3__Endpoint", error.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:9", error.Message, StringComparison.Ordinal);
        Assert.True(error.CanRetry);
    }

    [Fact]
    public async Task PutIfAbsent_AnswerLostOnTheWay_IsStillKnownAsOurs()
    {
        await using var proxy = new AnswerLosingProxy(new Uri(options.Endpoint));
        options.Endpoint = proxy.Endpoint.AbsoluteUri;
        using var store = Open(options);
        proxy.LoseNextPutAnswer();

        var wrote = await store.PutIfAbsentAsync(Key("a"), Bytes("one"), "text/plain", Token);

        Assert.True(wrote);
        Assert.Equal(1, proxy.LostCount);
        Assert.False(await store.PutIfAbsentAsync(Key("a"), Bytes("one"), "text/plain", Token));
    }

    [Fact]
    public async Task PutIfAbsent_AnswerLostAndNoRetries_AsksWhoseItIs()
    {
        await using var proxy = new AnswerLosingProxy(new Uri(options.Endpoint));
        options.Endpoint = proxy.Endpoint.AbsoluteUri;
        options.MaxRetries = 0;
        using var store = Open(options);
        proxy.LoseNextPutAnswer();

        var wrote = await store.PutIfAbsentAsync(Key("a"), Bytes("one"), "text/plain", Token);

        Assert.True(wrote);
        Assert.Equal(1, proxy.LostCount);
    }

    [Fact]
    public async Task AnyCall_ServerCouldNotReadIt_IsMadeAgain()
    {
        await using var proxy = new AnswerLosingProxy(new Uri(options.Endpoint));
        options.Endpoint = proxy.Endpoint.AbsoluteUri;
        options.MaxRetries = 0;
        using var store = Open(options);

        proxy.ToMisread = 1;
        var wrote = await store.PutIfAbsentAsync(Key("a"), Bytes("one"), "text/plain", Token);
        proxy.ToMisread = 1;
        var read = await store.TryGetAsync(Key("a"), 100, Token);
        proxy.ToMisread = 1;
        var head = await store.TryHeadAsync(Key("a"), Token);
        proxy.ToMisread = 1;
        await store.DeleteAsync(Key("a"), Token);

        Assert.True(wrote);
        Assert.Equal(Bytes("one"), read);
        Assert.Equal(3, head!.ByteCount);
        Assert.Null(await store.TryHeadAsync(Key("a"), Token));
        Assert.Equal(0, proxy.ToMisread);
    }

    public override ValueTask DisposeAsync()
    {
        (Store as S3Store)?.Dispose();
        return base.DisposeAsync();
    }

    /// <summary>An upload of one part that nobody ends.</summary>
    internal override async Task LeaveUnfinishedAsync(string key)
    {
        using var client = S3Connection.Open(options, options.Endpoint);
        var upload = await client.InitiateMultipartUploadAsync(options.Bucket, key, Token);
        using var part = new MemoryStream(new byte[1024]);
        await client.UploadPartAsync(
            new UploadPartRequest
            {
                BucketName = options.Bucket,
                Key = key,
                UploadId = upload.UploadId,
                PartNumber = 1,
                InputStream = part,
            },
            Token);
    }

    internal override async Task<IObjectStore> OpenAsync()
    {
        var settings = await servers.SettingsAsync();
        options = new()
        {
            Endpoint = settings["Storage__S3__Endpoint"],
            Bucket = settings["Storage__S3__Bucket"],
            AccessKey = settings["Storage__S3__AccessKey"],
            SecretKey = settings["Storage__S3__SecretKey"],
        };
        var store = Open(options);
        await store.EnsureBucketAsync(TestContext.Current.CancellationToken);
        return store;
    }

    private static S3Store Open(S3Options options) =>
        new(options, TimeProvider.System, NullLogger<S3Store>.Instance);
}
