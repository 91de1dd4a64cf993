using System.Reflection;
using Doorward.Control.Audit;
using Doorward.Control.Certificates;
using Doorward.Control.Feeds;
using Doorward.Control.Policies;
using Doorward.Control.Resources;
using Doorward.Control.Roles;
using Doorward.Control.Storage;
using Doorward.Core.Identifiers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

internal sealed record StatusAnswer(
    string Domain, int Port, string Version, long Revision, string Audit, long AuditRecords, IReadOnlyList<ResourceError>? InvalidPolicies,
    IReadOnlyList<GatewayView> Gateways);

public sealed record JoinBody(string Name, int Minutes = 60);

/// <summary>The only answer that ever holds the text of a join token.</summary>
public sealed record JoinAnswer(string Token, DateTimeOffset Expires)
{
    public override string ToString() => nameof(JoinAnswer);
}

/// <summary>The installation as a whole: how it does, its gateways, its audit log.</summary>
internal static class InstallationEndpoints
{
    private const int MostMinutes = 7 * 24 * 60;

    public static void MapInstallation(this IEndpointRouteBuilder api)
    {
        api.MapGet("/status", StatusAsync).Views("status.get").Produces<StatusAnswer>().WithTags("Installation");
        api.MapGet("/gateways", GatewaysAsync).Views("gateway.list").Produces<Page<GatewayView>>().WithTags("Installation");
        api.MapPost("/gateways/join-token", JoinTokenAsync).Acts("gateway.join-token").Produces<JoinAnswer>().WithTags("Installation");
        api.MapGet("/audit/export", Export).Views("audit.export", ApiAction.Audit, recorded: true).WithTags("Audit");
    }

    private static async Task<IResult> StatusAsync(IDbContextFactory<DoorwardDb> databases, GatewayReader gateways, AuditLog audit, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var settings = await db.Settings.AsNoTracking().SingleAsync(ct);
        var revision = await db.Counters.Select(static c => c.Revision).SingleAsync(ct);
        var version = typeof(InstallationEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var state = audit.State is AuditState.Unavailable outage ? $"unavailable: {outage.Reason}" : audit.State is AuditState.Available ? "available" : "closed";
        var invalid = (await InvalidPolicy.FindAsync(db, ct)).Select(Describe).ToList();
        return Answers.Ok(new StatusAnswer(
            settings.Domain, settings.PublicPort, version, revision, state, audit.Size, invalid.Count == 0 ? null : invalid, await gateways.ReadAsync(db, ct)));
    }

    private static ResourceError Describe(InvalidPolicy policy) => new()
    {
        Kind = PolicyKind.Name,
        Name = policy.Name,
        Message = $"in force, and does not validate: {policy.Error.Message}",
        Line = policy.Error.Location.Line,
        Column = policy.Error.Location.Column,
        Expected = policy.Error.Expected,
        Fix = $"{(policy.Error.Hint is null ? "" : policy.Error.Hint + " ")}Until it is mended or deleted, no other policy is published.",
    };

    private static async Task<IResult> GatewaysAsync(IDbContextFactory<DoorwardDb> databases, GatewayReader gateways, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return Answers.Ok(new Page<GatewayView>(await gateways.ReadAsync(db, ct), null));
    }

    private static async Task<IResult> JoinTokenAsync(JoinBody body, HttpContext context, JoinTokens tokens, OwnGateway own, TimeProvider time, CancellationToken ct)
    {
        context.Call().Target = Core.Applications.Shown.Text(body.Name);
        if (!SpiffeId.IsName(body.Name))
            return ApiProblem.BadRequest("That is no name for a gateway.", "name", "Use 1 to 63 of a-z, 0-9 and hyphens inside.").ToResult();
        if (own.Is(body.Name))
        {
            // Who joined with it would take the place, and the doors, of the gateway that runs here.
            return new ApiProblem
            {
                Title = "No token was made",
                Status = StatusCodes.Status409Conflict,
                Detail = $"The gateway {body.Name} runs in the control plane's own process, and no other can take its place.",
                Fix = "Choose another name.",
            }.ToResult();
        }

        if (body.Minutes is < 1 or > MostMinutes)
            return ApiProblem.BadRequest("The lifetime is out of bounds.", "minutes", $"Choose 1 to {MostMinutes}.").ToResult();
        var lifetime = TimeSpan.FromMinutes(body.Minutes);
        var secret = await tokens.CreateAsync(body.Name, lifetime, ct);
        return Answers.Ok(new JoinAnswer(secret.ToString(), time.GetUtcNow() + lifetime));
    }

    private static IResult Export(DataDirectory data, AuditLog audit, TimeProvider time, HttpContext context,
        bool follow = false, long? from = null, long? last = null, long? to = null)
    {
        if (from < 0 || last is < 1 or > 1_000_000 || to < 0)
            return ApiProblem.BadRequest("A record number is out of bounds.", "from", "Give from and to from 0 on, or last from 1 on.").ToResult();
        var first = last is { } count ? Math.Max(0, audit.Size - count) : from ?? 0;
        return Results.Stream(output => follow
            ? FollowAsync(data, output, first, time, context.RequestAborted)
            : AuditExport.WriteAsync(data.Path, output, first, to, cancellationToken: context.RequestAborted), "application/jsonl");
    }

    private static async Task FollowAsync(DataDirectory data, Stream output, long first, TimeProvider time, CancellationToken ct)
    {
        await foreach (var line in AuditTail.FollowAsync(data.Path, first, time, ct))
        {
            await output.WriteAsync(line, ct);
            await output.WriteAsync("\n"u8.ToArray(), ct);
            await output.FlushAsync(ct);
        }
    }
}
