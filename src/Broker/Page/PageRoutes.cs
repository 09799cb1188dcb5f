using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;
using RenderFarm.Storage;

namespace RenderFarm.Broker.Page;

/// <summary>
/// Serves the page, whose files are in this program: <c>GET /</c>, and the rest of them under
/// <c>/page/</c>. The page asks for nothing but the routes that everybody has.
/// </summary>
internal static class PageRoutes
{
    private const string Start = "index.html";

    /// <summary>How the project names the page's files in the program.</summary>
    private const string Prefix = "page/";

    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        var policy = Policy(routes.ServiceProvider.GetRequiredService<IObjectStore>());
        var program = typeof(PageRoutes).Assembly;
        foreach (var name in program.GetManifestResourceNames().Where(
            name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var file = name[Prefix.Length..];
            var bytes = Read(program, name);
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(
                SHA256.HashData(bytes).AsSpan(0, 8))}\"");
            routes.MapGet(file == Start ? "/" : $"/{name}", (HttpResponse response) =>
            {
                response.Headers.CacheControl = "no-cache";
                response.Headers.ContentSecurityPolicy = policy;
                response.Headers.XContentTypeOptions = "nosniff";
                response.Headers["Referrer-Policy"] = "same-origin";
                return Results.Bytes(bytes, TypeOf(file), entityTag: tag);
            });
        }
    }

    /// <summary>
    /// Nothing but the page's own files, and pictures and videos from the object store.
    /// </summary>
    private static string Policy(IObjectStore objects)
    {
        var anyObject = ObjectKeys.JobSpec("farm", "a");
        var store = objects.PresignGet(anyObject, TimeSpan.FromMinutes(1));
        var media = store.IsFile ? "'self'" : $"'self' {store.GetLeftPart(UriPartial.Authority)}";
        return "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
            + $"img-src {media}; media-src {media}; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    private static byte[] Read(Assembly program, string name)
    {
        using var stream = program.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string TypeOf(string file) => Path.GetExtension(file) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidDataException($"a page has no {other} files"),
    };
}
