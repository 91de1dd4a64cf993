using Doorward.Gateway.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Gateway.Routing;

/// <summary>
/// Answers preflights as the application says, before anybody is asked who they are: preflights carry no credentials. Where the
/// application speaks of other origins, its word is the only one: an upstream's own CORS fields are replaced.
/// </summary>
internal sealed class CorsMiddleware(RequestDelegate next, RefusalWriter refusals)
{
    private static readonly string[] s_fields =
    [
        "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Access-Control-Allow-Methods",
        "Access-Control-Allow-Headers", "Access-Control-Max-Age",
    ];

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Features.GetRequiredFeature<CanonicalRequest>();
        var route = request.Route!;
        if (route.Kind is RouteKind.Auth || request.Origin is null || OriginRules.IsOwn(request, request.Origin)) return next(context);
        if (request.Method == "OPTIONS" && context.Request.Headers.ContainsKey("Access-Control-Request-Method"))
        {
            return AnswerPreflight(context, route.Cors, request.Origin);
        }

        if (route.Cors is { } cors) context.Response.OnStarting(() => Mark(context, cors, request.Origin));
        return next(context);
    }

    private Task AnswerPreflight(HttpContext context, CorsRules? cors, string origin)
    {
        context.Response.Headers.Vary = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";
        if (cors is null || !cors.Allows(origin)) return refusals.WriteAsync(context, RefusalPages.CrossOrigin);
        var headers = context.Response.Headers;
        Allow(headers, cors, origin);
        headers.AccessControlAllowMethods = cors.Methods;
        if (cors.Headers.Length > 0) headers.AccessControlAllowHeaders = cors.Headers;
        headers.AccessControlMaxAge = cors.MaxAge;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task Mark(HttpContext context, CorsRules cors, string origin)
    {
        var headers = context.Response.Headers;
        foreach (var field in s_fields) headers.Remove(field);
        headers.Append("Vary", "Origin");
        if (cors.Allows(origin)) Allow(headers, cors, origin);
        return Task.CompletedTask;
    }

    private static void Allow(IHeaderDictionary headers, CorsRules cors, string origin)
    {
        headers.AccessControlAllowOrigin = origin;
        if (cors.Credentials) headers.AccessControlAllowCredentials = "true";
    }
}
