using Doorward.Control.Feeds;
using Doorward.Control.Roles;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

public sealed record ConnectionView(
    string Id, string Kind, string Method, string Path, string Address, DateTimeOffset? Opened, long BytesIn, long BytesOut);

/// <param name="User">Null of nobody who has signed in, and of whoever is deleted.</param>
/// <param name="Bytes">Both ways, all requests of the grant.</param>
public sealed record GrantView(
    string Id, string? User, string Session, string Application, string Gateway, string Address, int Connections, long Bytes, long Requests,
    DateTimeOffset? Opened, DateTimeOffset? LastUsed, IReadOnlyList<ConnectionView> Open);

/// <summary>Live access: what is in use at the gateways, and cutting it.</summary>
internal static class GrantEndpoints
{
    public static void MapGrants(this IEndpointRouteBuilder api)
    {
        var grants = api.MapGroup("/grants").WithTags("Grant");
        grants.MapGet("/", ListAsync).Views("grant.list").Produces<Page<GrantView>>();
        grants.MapPost("/cut", GrantCutting.RunAsync).ActsForPersonInBody("grant.cut", ApiAction.CutGrant).Produces<CutAnswer>();
    }

    // By id, which says nothing, but stays: a selection and a page keep their place while grants come and go.
    private static async Task<IResult> ListAsync(GrantSearch search, UserDirectory users, [AsParameters] GrantFilter filter, int? limit, string? cursor, CancellationToken ct)
    {
        if (filter.Problem() is { } problem) return problem.ToResult();
        var page = new PageRequest(limit, cursor);
        var found = (await search.FindAsync(filter, ct))
            .Where(live => string.CompareOrdinal(live.Grant.Id, page.After) > 0)
            .OrderBy(static live => live.Grant.Id, StringComparer.Ordinal)
            .Take(page.Size + 1)
            .ToList();
        var names = await users.NamesAsync(found.Select(static live => live.Grant.SubjectId), ct);
        return Answers.Ok(Page<GrantView>.Of(found.ConvertAll(live => View(live, names.GetValueOrDefault(live.Grant.SubjectId))), page, static view => view.Id));
    }

    private static GrantView View(LiveGrant live, string? user) => new(
        live.Grant.Id, user, live.Grant.SessionId, live.Grant.Application, live.Gateway, live.Grant.Address,
        live.Grant.Connections.Count, live.Grant.BytesIn + live.Grant.BytesOut, live.Grant.Requests,
        live.Grant.Opened?.ToDateTimeOffset(), live.Grant.LastUse?.ToDateTimeOffset(),
        [.. live.Grant.Connections.Select(static c => new ConnectionView(c.Id, c.Kind, c.Method, c.Path, c.Address, c.Opened?.ToDateTimeOffset(), c.BytesIn, c.BytesOut))]);
}
