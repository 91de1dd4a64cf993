using Doorward.Control.Overview;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

/// <summary>The figures at a glance.</summary>
internal static class OverviewEndpoints
{
    public static void MapOverview(this IEndpointRouteBuilder api) =>
        api.MapGet("/overview", ReadAsync).Views("overview.get").Produces<OverviewView>().WithTags("Installation");

    private static async Task<IResult> ReadAsync(OverviewReader overview, CancellationToken ct) => Answers.Ok(await overview.ReadAsync(ct));
}
