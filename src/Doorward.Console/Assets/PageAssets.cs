using System.Security.Cryptography;
using Doorward.Core.Look;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Console.Assets;

/// <summary>The stylesheet, the icon and the script, under addresses that name their content and so never grow stale.</summary>
internal static class PageAssets
{
    internal static readonly Asset Stylesheet = Make("doorward.css", HouseLook.StylesheetType, HouseLook.Stylesheet);
    internal static readonly Asset Icon = Make("icon.svg", HouseLook.IconType, HouseLook.Icon);
    internal static readonly Asset Passkeys = Make("passkeys.js", "text/javascript; charset=utf-8", Read("passkeys.js"));

    internal static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var asset in new[] { Stylesheet, Icon, Passkeys })
        {
            routes.MapGet(asset.Path, (HttpContext http) =>
            {
                http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                return Results.Bytes(asset.Content, asset.ContentType);
            });
        }
    }

    private static Asset Make(string name, string contentType, ReadOnlyMemory<byte> content)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content.Span).AsSpan(0, 8));
        return new Asset($"/assets/{Path.GetFileNameWithoutExtension(name)}.{hash}{Path.GetExtension(name)}", content, contentType);
    }

    private static byte[] Read(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The asset {name} is not in the assembly.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    internal sealed record Asset(string Path, ReadOnlyMemory<byte> Content, string ContentType);
}
