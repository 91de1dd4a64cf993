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

    private static async Task<IResult> RevokeAsync(string name, string? reason, HttpContext context, GatewayMembers members, OwnGateway own, CancellationToken ct)
    {
        context.Call().Target = Shown.Text(name);
        if (!context.Call().GivesReason(reason, out _)) return Reasons.Problem("reason").ToResult();
        if (own.Is(name))
        {
            // Revoked, it would close every door, that of this API too, and nobody could let it in again.
            return new ApiProblem
            {
                Title = "Nothing was changed",
                Status = StatusCodes.Status409Conflict,
                Detail = $"The gateway {name} runs in the control plane's own process and cannot be revoked.",
                Fix = "Stop the process (`doorward up`) instead.",
            }.ToResult();
        }

        return await members.RevokeAsync(name, ct) is { } revision ? Answers.Ok(new { revision }) : ApiProblem.NotFound("gateway of that name").ToResult();
    }
}
