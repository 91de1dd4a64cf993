using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Doorward.EndToEnd.Tests.Histories;

/// <summary>Answers with the session that the gateway asserts; <c>/stream</c> goes on with the time at which each line was written.</summary>
internal sealed class StampingUpstream(WebApplication app, Recording recording) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<StampingUpstream> StartAsync(Recording recording)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var upstream = new StampingUpstream(app, recording);
        app.MapGet("/stream", upstream.StreamAsync);
        app.MapFallback(context => context.Response.WriteAsync(SessionOf(context)));
        await app.StartAsync();
        return upstream;
    }

    public async ValueTask DisposeAsync()
    {
        using var hurry = new CancellationTokenSource();
        await hurry.CancelAsync();
        await app.StopAsync(hurry.Token);
        await app.DisposeAsync();
    }

    private async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(SessionOf(context) + "\n");
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.WriteAsync(recording.Now.Ticks.ToString(CultureInfo.InvariantCulture) + "\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(Pause, TimeProvider.System, context.RequestAborted);
        }
    }

    // Its signature is other tests' business; here only whom the gateway lets in.
    private static string SessionOf(HttpContext context)
    {
        var payload = context.Request.Headers["Doorward-Assertion"].ToString().Split('.')[1];
        using var json = JsonDocument.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(payload)));
        return json.RootElement.GetProperty("sid").GetString()!;
    }
}
