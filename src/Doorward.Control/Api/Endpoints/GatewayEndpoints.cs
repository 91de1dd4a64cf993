using Doorward.Control.Certificates;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

/// <summary>Puts gateways out. How they come in and how they do is the installation's.</summary>
internal static class GatewayEndpoints
{
    public static void MapGateways(this IEndpointRouteBuilder api) =>
        api.MapDelete("/gateways/{name}", RevokeAsync).Acts("gateway.revoke").WithTags("Installation");

    private static async Task<IResult> RevokeAsync(string name, HttpContext context, GatewayMembers members, CancellationToken ct)
    {
        context.Call().Target = Shown.Text(name);
        return await members.RevokeAsync(name, ct) is { } revision ? Answers.Ok(new { revision }) : ApiProblem.NotFound("gateway of that name").ToResult();
    }
}
