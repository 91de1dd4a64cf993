using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Doorward.Gateway.Pages;

/// <summary>
/// Words for what the server itself refuses (<see cref="Routing.RefusalStage.Server"/>): it tells a diagnostic source of such an HTTP/1.1
/// request while nothing is answered yet, and would then answer with a bare status. HTTP/2 has no answer for them but a reset.
/// </summary>
internal sealed partial class UnreadableRequests(ILogger<UnreadableRequests> logger, RefusalNotes? notes = null) : DiagnosticSource
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    public override bool IsEnabled(string name) => name == BadRequest;

    [RequiresUnreferencedCode("As the method it overrides; nothing here is reflected upon.")]
    public override void Write(string name, object? value)
    {
        if (name == BadRequest && value is IFeatureCollection features) _ = AnswerAsync(new DefaultHttpContext(features));
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Response.HasStarted || context.Features.Get<IConnectionTransportFeature>()?.Transport.Output is not { } output) return;

        // Refused before the first header: whoever it is, a page is what can be read.
        if (context.Request.Headers.Count == 0) context.Request.Headers.Accept = "text/html";
        var denial = RefusalPages.Unreadable(context.Features.Get<IBadRequestExceptionFeature>()?.Error);
        LogRefused(denial.Code, denial.Reference);
        notes?.Take(context, denial);
        try
        {
            await SendAsync(context, denial, output);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The client did not wait for it.
        }
    }

    // A request that was never complete has no body to write to yet: the server sends the head, and what follows it goes to the connection,
    // which the server ends next.
    private static async Task SendAsync(HttpContext context, Denial denial, PipeWriter output)
    {
        var server = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var body = new MemoryStream();
        context.Response.Body = body;
        await DenialWriter.WriteAsync(context, denial);
        context.Response.Headers.Connection = "close";
        await server.StartAsync();
        await output.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Could not read a request: {Reason} ({Reference})")]
    private partial void LogRefused(string reason, string reference);
}
