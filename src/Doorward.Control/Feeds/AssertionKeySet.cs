using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Feeds;

/// <summary>Publishes the assertion keys as a JSON Web Key Set (RFC 7517 section 5), for upstreams.</summary>
internal static class AssertionKeySet
{
    public const string Path = "/.well-known/doorward/jwks.json";

    public static IEndpointConventionBuilder MapAssertionKeySet(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Path, static async (HttpContext context, AssertionKeys keys) =>
        {
            var set = await keys.ListAsync(context.RequestAborted);

            // Short: an upstream that meets an unknown key id fetches again anyway.
            context.Response.Headers.CacheControl = "public, max-age=60";
            return Results.Json(new { keys = set.Select(static key => new { kty = "EC", crv = "P-256", use = "sig", alg = "ES256", kid = key.Kid, x = key.X, y = key.Y }) });
        });
}
