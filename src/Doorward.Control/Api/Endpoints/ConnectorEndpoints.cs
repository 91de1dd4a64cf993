using System.Globalization;
using Doorward.Control.Connectors;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

/// <param name="Link">Known only now; it works once.</param>
public sealed record ConnectorInvitationMade(string Link, DateTimeOffset Expires);

/// <param name="Withdrawn">How many links work no more.</param>
public sealed record InvitationsWithdrawn(int Withdrawn);

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
        connectors.MapPost("/connectors/{name}/invitations/withdraw", WithdrawAsync).ActsAtOnce("connector.withdraw").Produces<InvitationsWithdrawn>();
        connectors.MapPost("/connectors/{name}/replicas/{replica}/drain", DrainAsync).Acts("connector.drain");
        connectors.MapPost("/connectors/{name}/replicas/{replica}/resume", ResumeAsync).Acts("connector.resume");
        connectors.MapPost("/connectors/{name}/replicas/{replica}/retire", RetireAsync).Acts("connector.retire");
    }

    private static async Task<IResult> InviteAsync(string name, HttpContext context, ConnectorLinks links, CancellationToken ct)
    {
        var call = context.Call();
        call.Targets("Connector", name);
        return await links.CreateAsync(name, call.Actor, ct) is { } made ? Answers.Ok(new ConnectorInvitationMade(made.Link.ToText(), made.Expires)) : Missing(name);
    }

    private static async Task<IResult> WithdrawAsync(string name, HttpContext context, ConnectorLinks links, CancellationToken ct)
    {
        var call = context.Call();
        call.Targets("Connector", name);
        if (await links.WithdrawAsync(name, ct) is not { } withdrawn) return Missing(name);
        call.Details["links"] = withdrawn.ToString(CultureInfo.InvariantCulture);
        return Answers.Ok(new InvitationsWithdrawn(withdrawn));
    }

    private static async Task<IResult> RetireAsync(string name, string replica, ReplicaReasonBody body, HttpContext context, ConnectorRegister register, CancellationToken ct)
    {
        var asked = new ReplicaCall(name, replica, body.Reason, context);
        if (!asked.Begins(out var reason)) return Reasons.Problem("reason").ToResult();
        return await register.RetireAsync(name, replica, reason, ct) is { } retired ? asked.Done(retired.Revision) : asked.Missing();
    }

    private static Task<IResult> DrainAsync(string name, string replica, ReplicaReasonBody body, HttpContext context, ConnectorRegister register, CancellationToken ct) =>
        SetDrainingAsync(new ReplicaCall(name, replica, body.Reason, context), drains: true, register, ct);

    private static Task<IResult> ResumeAsync(string name, string replica, ReplicaReasonBody body, HttpContext context, ConnectorRegister register, CancellationToken ct) =>
        SetDrainingAsync(new ReplicaCall(name, replica, body.Reason, context), drains: false, register, ct);

    private static async Task<IResult> SetDrainingAsync(ReplicaCall asked, bool drains, ConnectorRegister register, CancellationToken ct)
    {
        if (!asked.Begins(out _)) return Reasons.Problem("reason").ToResult();
        return await register.DrainAsync(asked.Connector, asked.Replica, drains, ct) is { } revision ? asked.Done(revision) : asked.Missing();
    }

    private static IResult Missing(string name) => ApiProblem.NotFound($"Connector {Shown.Text(name)}").ToResult();

    /// <summary>What is asked about one replica.</summary>
    private sealed record ReplicaCall(string Connector, string Replica, string? Reason, HttpContext Context)
    {
        /// <summary>Says in the record what it is about; false when the reason cannot stand there.</summary>
        public bool Begins(out string? reason)
        {
            var call = Context.Call();
            call.Targets("Connector", Connector);
            call.Details["replica"] = Shown.Text(Replica);
            return call.GivesReason(Reason, out reason);
        }

        public IResult Done(long revision) => Answers.Ok(new { connector = Connector, replica = Replica, revision });

        public IResult Missing() => ApiProblem.NotFound($"replica {Shown.Text(Replica)} of {Shown.Text(Connector)}, or it is retired").ToResult();
    }
}
