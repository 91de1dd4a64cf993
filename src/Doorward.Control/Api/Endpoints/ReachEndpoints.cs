using Doorward.Control.Policies;
using Doorward.Core.Applications;
using Doorward.Core.Evaluations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

public sealed record WhatCanBody(string User, AccessAction? Action = null, int Assurance = 2, int? Limit = null, string? Cursor = null);

/// <param name="Application">One that the person may open.</param>
/// <param name="Policies">Those that let them.</param>
public sealed record WhatCanView(string Application, IReadOnlyList<string> Policies);

/// <summary>What may they open? It changes nothing, so whoever may see may ask.</summary>
internal static class ReachEndpoints
{
    public static void MapReach(this IEndpointRouteBuilder api) =>
        api.MapPost("/access/what-can", WhatCanAsync).Views("access.what-can").Produces<Page<WhatCanView>>().WithTags("Access");

    private static async Task<IResult> WhatCanAsync(WhatCanBody body, Reach reach, CancellationToken ct)
    {
        if (body.Assurance is < 1 or > 3)
            return ApiProblem.BadRequest("There is no such assurance.", "assurance", "Write 1 password, 2 two factors or 3 phishing-resistant.").ToResult();
        return await reach.OfAsync(body.User, body.Action, body.Assurance, new PageRequest(body.Limit, body.Cursor), ct) is { } applications
            ? Answers.Ok(applications)
            : ApiProblem.NotFound($"user {Shown.Text(body.User)}").ToResult();
    }
}
