namespace Doorward.Cli.Demo;

/// <summary>The stylesheet and script of the demo, carried inside the executable.</summary>
internal static class PageFiles
{
    public static void Map(IEndpointRouteBuilder application)
    {
        application.MapGet("/page.css", context => SendAsync(context, "page.css", "text/css; charset=utf-8"));
        application.MapGet("/icon.svg", context => SendAsync(context, "icon.svg", "image/svg+xml"));
        application.MapGet("/live.js", context => SendAsync(context, "live.js", "text/javascript; charset=utf-8"));
    }

    private static async Task SendAsync(HttpContext context, string name, string contentType)
    {
        await using var file = typeof(PageFiles).Assembly.GetManifestResourceStream("demo/" + name)!;
        context.Response.ContentType = contentType;
        await file.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
