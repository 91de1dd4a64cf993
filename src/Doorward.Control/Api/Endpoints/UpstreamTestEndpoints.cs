using Doorward.Control.Applications;
using Doorward.Control.Feeds;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

/// <param name="Upstream">As an application says it: http://host:port.</param>
/// <param name="Application">Whose trust, protocol and host to use; null for none.</param>
public sealed record UpstreamTestBody(string Upstream, string? Application = null, bool AllowSpecialAddresses = false);

/// <summary>Does anything answer there? Whoever may define applications may ask, because it dials.</summary>
internal static class UpstreamTestEndpoints
{
    public static void MapUpstreamTest(this IEndpointRouteBuilder api)
    {
        api.MapPost("/applications/test", TestAsync).ActsAtOnce("application.test").Produces<UpstreamTestAnswer>().WithTags("Application");
        api.MapGet("/upstreams", (UpstreamStates states, string? application) => Answers.Ok(new Page<UpstreamSeen>(states.List(application), null)))
            .Views("upstream.list").Produces<Page<UpstreamSeen>>().WithTags("Application");
    }

    private static async Task<IResult> TestAsync(UpstreamTestBody body, HttpContext context, UpstreamTest test, CancellationToken ct)
    {
        var call = context.Call();
        call.Targets("Application", body.Application);
        call.Details["upstream"] = Shown.Text(body.Upstream);
        var violations = new List<RuleViolation>();
        if (await test.AskAsync(body.Upstream, body.Application, body.AllowSpecialAddresses, violations, ct) is { } answer)
        {
            call.Details["result"] = answer.Result.ToString();
            return Answers.Ok(answer);
        }

        return violations is [var first, ..]
            ? ApiProblem.BadRequest($"{first.Message}.", first.Field, first.Fix ?? "").ToResult()
            : ApiProblem.NotFound($"application {Shown.Text(body.Application ?? "")}").ToResult();
    }
}
