using Doorward.Console.Browsers;
using Doorward.Console.Identity.SignIn;
using Doorward.Console.Layout;
using Doorward.Control.Identity.SignIns;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;

namespace Doorward.Console.Devices;

/// <summary>The page that asks the agent: on the way from sign-in to the application, or when a closed door sent its person here.</summary>
internal static class DeviceCheckEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(DeviceStep.Path, ShowAsync);
        routes.MapGet(DeviceStep.DonePath, GoOnAsync);
    }

    private static Task<IResult> ShowAsync(SignInSteps steps, KnownHosts hosts, [FromQuery] string? door, CancellationToken cancel) => steps.RunAsync(async request =>
    {
        var http = steps.Visit.Http;
        if (await steps.Visit.SessionAsync() is null)
            return Pages.SeeOther((door is null ? request : SignInRequest.BackTo(QueryHelpers.AddQueryString(DeviceStep.Path, "door", door))).At("/signin"));
        PageHeaders.AllowAgent(http);
        if (door is null)
            return Pages.Render<DeviceCheckPage>(new { Next = $"{DeviceStep.DonePath}{http.Request.QueryString}" });
        return await hosts.FindAsync(door, cancel) is { } known
            ? Pages.Render<DeviceCheckPage>(new { Next = $"{known.Origin}/", Again = $"{http.Request.Path}{http.Request.QueryString}", Stays = true })
            : Pages.Trouble(StatusCodes.Status404NotFound, "There is no such application", $"No application answers at {DisplayText.Of(door)}. It may have been removed or renamed.", "/", "My applications");
    });

    private static Task<IResult> GoOnAsync(SignInSteps steps) => steps.RunAsync(steps.CheckedAsync);
}
