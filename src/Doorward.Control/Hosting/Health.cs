using System.Data.Common;
using Doorward.Control.Changes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Hosting;

/// <summary>Says whether the process lives, and whether it can do its work.</summary>
internal static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/health/live", static () => Results.Json(new { status = "live" }));
        endpoints.MapGet("/health/ready", static async (ChangeLog log, CancellationToken ct) =>
        {
            try
            {
                var head = await log.HeadAsync(ct);
                return Results.Json(new { status = "ready", revision = head.Revision });
            }
            catch (DbException)
            {
                return Results.Json(new { status = "the database cannot be read" }, statusCode: StatusCodes.Status503ServiceUnavailable);
            }
        });
    }
}
