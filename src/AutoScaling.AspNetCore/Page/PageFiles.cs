using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AutoScaling.AspNetCore.Page;

/// <summary>The files of the dashboard, from the assembly.</summary>
internal static class PageFiles
{
    // Nothing from elsewhere, nothing inline, no frame around it.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    private static readonly string[] Scripts = ["dashboard.js", "list.js", "page.js", "plots.js", "steering.js", "target.js", "wire.js"];

    public static void Map(IEndpointRouteBuilder group)
    {
        var page = Load("dashboard.html");
        group.MapGet("", (HttpContext context) => IsFolder(context) ? Send(context, page, "text/html; charset=utf-8") : ToFolder(context))
            .ExcludeFromDescription();
        MapFile(group, "dashboard.css", "text/css; charset=utf-8");
        foreach (var script in Scripts) MapFile(group, script, "text/javascript; charset=utf-8");
        MapFile(group, "icon.svg", "image/svg+xml");
    }

    private static void MapFile(IEndpointRouteBuilder group, string name, string type)
    {
        var file = Load(name);
        group.MapGet(name, (HttpContext context) => Send(context, file, type)).ExcludeFromDescription();
    }

    private static bool IsFolder(HttpContext context) => context.Request.Path.Value is { Length: > 0 } path && path[^1] == '/';

    /// <summary>
    /// The page finds its files beside it only at a path that ends in a slash. Relative, so that it is right behind any proxy.
    /// </summary>
    private static IResult ToFolder(HttpContext context)
    {
        var path = $"{context.Request.PathBase}{context.Request.Path}";
        return Results.Redirect($"./{path[(path.LastIndexOf('/') + 1)..]}/{context.Request.QueryString}");
    }

    private static IResult Send(HttpContext context, (byte[] Bytes, string Tag) file, string type)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";

        // Kept, but asked for again, so that a new version is never mixed with an old one.
        headers.CacheControl = "private, no-cache";
        return Results.Bytes(file.Bytes, type, entityTag: new(file.Tag));
    }

    private static (byte[] Bytes, string Tag) Load(string name)
    {
        using var file = typeof(PageFiles).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly has no file '{name}'.");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return (bytes, $"\"{Convert.ToHexString(SHA256.HashData(bytes).AsSpan(0, 8))}\"");
    }
}
