using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Console.Assets;

/// <summary>The stylesheet and the script, under addresses that name their content and so never grow stale.</summary>
internal static class PageAssets
{
    internal static readonly Asset Stylesheet = Read("doorward.css", "text/css; charset=utf-8");
    internal static readonly Asset Passkeys = Read("passkeys.js", "text/javascript; charset=utf-8");

    internal static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var asset in new[] { Stylesheet, Passkeys })
        {
            routes.MapGet(asset.Path, (HttpContext http) =>
            {
                http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                return Results.Bytes(asset.Content, asset.ContentType);
            });
        }
    }

    private static Asset Read(string name, string contentType)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The asset {name} is not in the assembly.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)).AsSpan(0, 8));
        return new Asset($"/assets/{Path.GetFileNameWithoutExtension(name)}.{hash}{Path.GetExtension(name)}", content.ToArray(), contentType);
    }

    internal sealed record Asset(string Path, byte[] Content, string ContentType);
}
