using Doorward.Control.Connectors;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

/// <param name="Link">Known only now; it works once.</param>
public sealed record ConnectorInvitationMade(string Link, DateTimeOffset Expires);

public sealed record ReplicaReasonBody(string? Reason = null);

/// <summary>How connectors do, links for more replicas, and their end. Their documents are resources like any other.</summary>
internal static class ConnectorEndpoints
{
    public static void MapConnectors(this IEndpointRouteBuilder api)
    {
        var connectors = api.MapGroup("").WithTags("Connector");
        connectors.MapGet("/connector-states", static async (ConnectorReader reader, int? limit, string? cursor, CancellationToken ct) =>
        {
            var page = new PageRequest(limit, cursor);
            return Answers.Ok(Page<ConnectorView>.Of(await reader.ListAsync(page.After, page.Size + 1, ct), page, static view => view.Name));
        }).Views("connector.states").Produces<Page<ConnectorView>>();
        connectors.MapGet("/connectors/{name}/state", static async (string name, ConnectorReader reader, CancellationToken ct) =>
            await reader.FindAsync(name, ct) is { } view ? Answers.Ok(view) : Missing(name)).Views("connector.state").Produces<ConnectorView>();
        connectors.MapPost("/connectors/{name}/invitations", InviteAsync).Acts("connector.invite").Produces<ConnectorInvitationMade>();
        connectors.MapPost("/connectors/{name}/replicas/{replica}/retire", RetireAsync).Acts("connector.retire");
    }

    private static async Task<IResult> InviteAsync(string name, HttpContext context, ConnectorLinks links, CancellationToken ct)
    {
        var call = context.Call();
        call.Targets("Connector", name);
        return await links.CreateAsync(name, call.Actor, ct) is { } made ? Answers.Ok(new ConnectorInvitationMade(made.Link.ToText(), made.Expires)) : Missing(name);
    }

    private static async Task<IResult> RetireAsync(string name, string replica, ReplicaReasonBody body, HttpContext context, ConnectorRegister register, CancellationToken ct)
    {
        var call = context.Call();
        call.Targets("Connector", name);
        call.Details["replica"] = Shown.Text(replica);
        if (!call.GivesReason(body.Reason, out var reason)) return Reasons.Problem("reason").ToResult();
        return await register.RetireAsync(name, replica, reason, ct) is { } retired
            ? Answers.Ok(new { connector = retired.Replica.Connector, replica = retired.Replica.Id, revision = retired.Revision })
            : ApiProblem.NotFound($"replica {Shown.Text(replica)} of {Shown.Text(name)}, or it is retired").ToResult();
    }

    private static IResult Missing(string name) => ApiProblem.NotFound($"Connector {Shown.Text(name)}").ToResult();
}
