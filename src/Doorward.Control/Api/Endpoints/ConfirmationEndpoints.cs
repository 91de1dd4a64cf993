using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

/// <summary>Whether the next dangerous act of the caller asks them to confirm that it is they.</summary>
/// <param name="Asked">False on the machine itself and for tokens.</param>
/// <param name="Until">Until when it does not; null when it would now.</param>
/// <param name="At">Where a person confirms, in the browser of the session.</param>
public sealed record ConfirmationView(bool Asked, DateTimeOffset? Until = null, string? At = null);

internal static class ConfirmationEndpoints
{
    public static void MapConfirmation(this IEndpointRouteBuilder api) =>
        api.MapGet("/me/confirmation", StandingAsync).Views("me.confirmation").Produces<ConfirmationView>().WithTags("Installation");

    private static async Task<IResult> StandingAsync(HttpContext context, ConfirmationDemand confirmations, CancellationToken ct) =>
        Answers.Ok(await confirmations.StandingAsync(context.Call().Principal, ct) is { } standing ? new ConfirmationView(true, standing.Until, standing.At) : new ConfirmationView(false));
}
