using System.Globalization;
using Doorward.Control.Audit;
using Doorward.Control.Audit.Reading;
using Doorward.Control.Audit.Witness;
using Doorward.Control.Roles;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

/// <param name="State">available, unavailable or closed.</param>
/// <param name="Problem">Why it takes no records.</param>
/// <param name="Verified">How the last verification ended; null when there was none since the start.</param>
/// <param name="Checkpoints">The places outside that checkpoints go to; none is a weakness.</param>
public sealed record AuditStateView(string State, string? Problem, long Records, VerifiedAudit? Verified, IReadOnlyList<CheckpointSinkState> Checkpoints);

/// <summary>The audit log: how it does, what is in it, and whether it is as it was written. Whole, it is exported.</summary>
internal static class AuditEndpoints
{
    private const int Longest = 256;

    public static void MapAudit(this IEndpointRouteBuilder api)
    {
        var audit = api.MapGroup("/audit").WithTags("Audit");
        audit.MapGet("/", State).Views("audit.get", ApiAction.Audit).Produces<AuditStateView>();
        audit.MapGet("/records", ListAsync).Views("audit.list", ApiAction.Audit).Produces<Page<AuditRecordView>>();
        audit.MapPost("/verify", VerifyAsync).ActsAtOnce("audit.verify", ApiAction.Audit).Produces<VerifiedAudit>();
    }

    private static IResult State(AuditLog audit, AuditVerification verification, CheckpointWitness witness)
    {
        var outage = audit.State as AuditState.Unavailable;
        var state = outage is not null ? "unavailable" : audit.State is AuditState.Available ? "available" : "closed";
        return Answers.Ok(new AuditStateView(state, outage?.Reason, audit.Size, verification.Last, witness.Sinks));
    }

    // A page may be short, or empty, and still have a next: one call looks through the log for a bounded time.
    private static async Task<IResult> ListAsync(AuditSearch search, UserDirectory users, [AsParameters] AuditFilter filter, int? limit, string? cursor, CancellationToken ct)
    {
        if (!filter.Kinds.All(static kind => Enum.GetValues<AuditKind>().Any(known => known.Name() == kind)))
            return ApiProblem.BadRequest("There is no such kind of record.", "kind", $"Write one of {string.Join(", ", Enum.GetValues<AuditKind>().Select(AuditKinds.Name))}.").ToResult();
        if (new[] { filter.Actor, filter.Target, filter.Action, filter.Outcome, filter.Reference, filter.Session }.Any(static text => text?.Length > Longest))
            return ApiProblem.BadRequest("The filter is too long.", null, $"Use up to {Longest} characters.").ToResult();
        var page = new PageRequest(limit, cursor);
        long? before = null;
        if (page.After.Length > 0)
        {
            if (!long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out var place))
                return ApiProblem.BadRequest("The cursor points nowhere.", "cursor", "Begin again without it.").ToResult();
            before = place;
        }

        var (found, next) = search.Find(filter, await users.WithNamesLikeAsync(filter.Actor, ct), before, page.Size, ct);
        var names = await users.NamesAsync(found.Select(static record => record.Actor), ct);
        found = found.ConvertAll(record => record with { Person = names.GetValueOrDefault(record.Actor) });
        return Answers.Ok(new Page<AuditRecordView>(found, next is { } number ? PageRequest.Encode(number.ToString(CultureInfo.InvariantCulture)) : null));
    }

    private static async Task<IResult> VerifyAsync(HttpContext context, AuditVerification verification, CancellationToken ct)
    {
        var verified = await verification.RunAsync(ct);
        var call = context.Call();
        call.Details["records"] = verified.Records;
        call.Details["intact"] = verified.Intact;
        return Answers.Ok(verified);
    }
}
