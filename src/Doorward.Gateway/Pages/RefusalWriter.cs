using Doorward.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Doorward.Gateway.Pages;

/// <summary>Answers a refused request, and closes the connection when what follows on it cannot be trusted.</summary>
internal sealed partial class RefusalWriter(Routes routes, ILogger<RefusalWriter> logger)
{
    public Task WriteAsync(HttpContext context, RefusalRow row)
    {
        var denial = RefusalPages.For(row);
        if (row.IsNoDoor) denial = denial with { Links = WayIn.For(context, context.Features.GetRequiredFeature<CanonicalRequest>().Host, routes.Current) };
        if (row.EndsConnection && HttpProtocol.IsHttp11(context.Request.Protocol)) context.Response.Headers.Connection = "close";
        LogRefused(row.Id, denial.Reference);
        return DenialWriter.WriteAsync(context, denial);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Refused a request: {Reason} ({Reference})")]
    private partial void LogRefused(string reason, string reference);
}
