using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Doorward.Core.Look;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Console.Assets;

/// <summary>Stylesheets, icon and scripts, under addresses that name their content and so never grow stale.</summary>
internal static class PageAssets
{
    internal const string StylesheetType = HouseLook.StylesheetType;
    private const string ScriptType = "text/javascript; charset=utf-8";

    internal static readonly Asset Stylesheet = Make("doorward.css", StylesheetType, HouseLook.Stylesheet);
    internal static readonly Asset Icon = Make("icon.svg", HouseLook.IconType, HouseLook.Icon);
    internal static readonly Asset Passkeys = Script("passkeys.js");
    internal static readonly Asset SendOnce = Script("once.js");
    internal static readonly Asset CloseWindow = Script("close.js");
    internal static readonly Asset CopyText = Script("copy.js");
    internal static readonly Asset DeviceCheck = Script("device-check.js");
    internal static readonly Asset Blazor = Script("blazor.web.js");
    internal static readonly Asset MudScript = Script("MudBlazor.min.js");
    internal static readonly Asset MudStyles = Make("MudBlazor.min.css", StylesheetType, Read("MudBlazor.min.css"));
    internal static readonly Asset ConsoleScript = Script("console.js");
    internal static readonly Asset CedarEditor = Script("cedar-editor.min.js");

    /// <summary>What pages of the console load besides their own stylesheet; the editor, only where there is one.</summary>
    internal static readonly Asset[] Console = [Blazor, MudScript, MudStyles, ConsoleScript, CedarEditor];

    internal static void Map(IEndpointRouteBuilder routes, Asset[] assets)
    {
        foreach (var asset in assets)
        {
            routes.MapGet(asset.Path, (HttpContext http) =>
            {
                http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                http.Response.Headers.Vary = "Accept-Encoding";
                if (!http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
                    return Results.Bytes(asset.Content, asset.ContentType);
                http.Response.Headers.ContentEncoding = "gzip";
                return Results.Bytes(asset.Compressed.Value, asset.ContentType);
            });
        }
    }

    internal static Asset Make(string name, string contentType, ReadOnlyMemory<byte> content)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content.Span).AsSpan(0, 8));
        return new Asset($"/assets/{Path.GetFileNameWithoutExtension(name)}.{hash}{Path.GetExtension(name)}", content, contentType);
    }

    /// <summary>The stylesheets of the console's folders, the shell's first.</summary>
    internal static IEnumerable<string> ReadStyles() => typeof(PageAssets).Assembly.GetManifestResourceNames()
        .Where(static name => name.StartsWith("styles/", StringComparison.Ordinal))
        .OrderBy(static name => !name.StartsWith("styles/Shell/", StringComparison.Ordinal)).ThenBy(static name => name, StringComparer.Ordinal)
        .Select(static name => Encoding.UTF8.GetString(Read(name)));

    private static Asset Script(string name) => Make(name, ScriptType, Read(name));

    private static byte[] Read(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The asset {name} is not in the assembly.");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static byte[] Compress(ReadOnlySpan<byte> content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal))
            gzip.Write(content);
        return compressed.ToArray();
    }

    internal sealed record Asset(string Path, ReadOnlyMemory<byte> Content, string ContentType)
    {
        /// <summary>Made when first asked for.</summary>
        public Lazy<byte[]> Compressed { get; } = new(() => Compress(Content.Span));
    }
}
