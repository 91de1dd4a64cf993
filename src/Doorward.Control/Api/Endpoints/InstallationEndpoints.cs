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

internal sealed record GatewayView(string Name, bool Connected, long? Applied, string? Version, DateTimeOffset Joined, DateTimeOffset? LastSeen, DateTimeOffset CertificateExpires, bool Revoked);

internal sealed record StatusAnswer(
    string Domain, int Port, string Version, long Revision, string Audit, long AuditRecords, IReadOnlyList<ResourceError>? InvalidPolicies,
    IReadOnlyList<GatewayView> Gateways);

internal sealed record JoinBody(string Name, int Minutes = 60);

/// <summary>The only answer that ever holds the text of a join token.</summary>
internal sealed record JoinAnswer(string Token, DateTimeOffset Expires)
{
    public override string ToString() => nameof(JoinAnswer);
}

/// <summary>Where the copy goes, on the machine of the installation.</summary>
internal sealed record BackupBody(string Path);

/// <param name="Revision">The copy holds this revision and all before it.</param>
internal sealed record BackupAnswer(string Path, long Bytes, long Revision);

/// <summary>The installation as a whole: how it does, its gateways, its audit log.</summary>
internal static class InstallationEndpoints
{
    private const int MostMinutes = 7 * 24 * 60;

    public static void MapInstallation(this IEndpointRouteBuilder api)
    {
        api.MapGet("/status", StatusAsync).Views("status.get").Produces<StatusAnswer>().WithTags("Installation");
        api.MapGet("/gateways", GatewaysAsync).Views("gateway.list").Produces<Page<GatewayView>>().WithTags("Installation");
        api.MapPost("/gateways/join-token", JoinTokenAsync).Acts("gateway.join-token").Produces<JoinAnswer>().WithTags("Installation");
        api.MapPost("/backup", BackupAsync).Acts("installation.backup").Produces<BackupAnswer>().WithTags("Installation");
        api.MapGet("/audit/export", Export).Views("audit.export", ApiAction.Audit, recorded: true).WithTags("Audit");
    }

    private static async Task<IResult> StatusAsync(IDbContextFactory<DoorwardDb> databases, ConnectedGateways connected, AuditLog audit, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var settings = await db.Settings.AsNoTracking().SingleAsync(ct);
        var revision = await db.Counters.Select(static c => c.Revision).SingleAsync(ct);
        var version = typeof(InstallationEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var state = audit.State is AuditState.Unavailable outage ? $"unavailable: {outage.Reason}" : audit.State is AuditState.Available ? "available" : "closed";
        var invalid = (await InvalidPolicy.FindAsync(db, ct)).Select(Describe).ToList();
        return Answers.Ok(new StatusAnswer(
            settings.Domain, settings.PublicPort, version, revision, state, audit.Size, invalid.Count == 0 ? null : invalid, await ReadGatewaysAsync(db, connected, ct)));
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

    private static async Task<IResult> GatewaysAsync(IDbContextFactory<DoorwardDb> databases, ConnectedGateways connected, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return Answers.Ok(new Page<GatewayView>(await ReadGatewaysAsync(db, connected, ct), null));
    }

    private static async Task<IReadOnlyList<GatewayView>> ReadGatewaysAsync(DoorwardDb db, ConnectedGateways connected, CancellationToken ct)
    {
        var live = connected.List().ToDictionary(static g => g.Name, StringComparer.Ordinal);
        var known = await db.Gateways.AsNoTracking().OrderBy(static g => g.Name).ToListAsync(ct);
        return known.ConvertAll(g => View(g, live.GetValueOrDefault(g.Name)));
    }

    private static GatewayView View(Gateway gateway, ConnectedGateway? live) => new(
        gateway.Name, live is not null, live?.Applied, gateway.Version, gateway.Joined, live?.Heard ?? gateway.LastSeen,
        gateway.CertificateExpires, gateway.Revoked is not null);

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

    // A copy holds every key, and its path is one of this machine: only who is on it already may ask.
    private static async Task<IResult> BackupAsync(BackupBody body, HttpContext context, Backup backup, IDbContextFactory<DoorwardDb> databases, CancellationToken ct)
    {
        var call = context.Call();
        if (!call.Principal.IsLocal)
            return ApiProblem.Forbidden("A backup holds every key, so it is made only on the machine itself.", "Run doorward backup there.").ToResult();
        if (!Path.IsPathFullyQualified(body.Path))
            return ApiProblem.BadRequest("The path is not a whole one.", "path", "Begin it at the root, as in /var/backups/doorward.tar.").ToResult();
        call.Target = Core.Applications.Shown.Text(body.Path);
        await using var db = await databases.CreateDbContextAsync(ct);
        var revision = await db.Counters.Select(static c => c.Revision).SingleAsync(ct);
        try
        {
            var path = await backup.WriteAsync(body.Path, ct);
            call.Details["revision"] = revision;
            return Answers.Ok(new BackupAnswer(path, new FileInfo(path).Length, revision));
        }
        catch (InstallationException fault)
        {
            return new ApiProblem { Title = "No backup was made", Status = StatusCodes.Status409Conflict, Detail = fault.Message }.ToResult();
        }
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
