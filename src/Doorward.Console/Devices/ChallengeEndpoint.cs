using Doorward.Console.Browsers;
using Doorward.Control.Devices.Proofs;
using Doorward.Control.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Console.Devices;

/// <summary>
/// Gives a signed-in browser what its machine's agent is to sign for the session. Only pages of this host can read the answer; whoever had
/// it could bind nothing but this session, and only as a page of this origin.
/// </summary>
internal static class ChallengeEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/device/challenge", MakeAsync);

    private static async Task<IResult> MakeAsync(Visit visit, [FromServices] SessionChallenges challenges, InstallationAddress address)
    {
        visit.Http.Response.Headers.CacheControl = "no-store";
        return await visit.SessionAsync() is { } session
            ? Results.Json(new { session = session.Id, challenge = challenges.Make(session.Id, address.AuthOrigin, BrowserPlace.Of(visit.Http)), origin = address.AuthOrigin })
            : Results.StatusCode(StatusCodes.Status401Unauthorized);
    }
}
