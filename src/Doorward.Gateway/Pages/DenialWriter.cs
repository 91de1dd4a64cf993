using System.Globalization;
using System.Text;
using System.Text.Json;
using Doorward.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Gateway.Pages;

/// <summary>Writes a denial as a page or as problem JSON, whichever the client can use.</summary>
internal static class DenialWriter
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Once a response has started there is no answer to replace: then it is only noted.</summary>
    public static Task WriteAsync(HttpContext context, Denial denial)
    {
        // From the request, so that everything that denies need not hand it on; a gateway without a feed has none.
        var notes = context.RequestServices?.GetService<RefusalNotes>();
        var response = context.Response;
        if (response.HasStarted)
        {
            // Nobody reads the reference there, but the log has it, and an administrator the log.
            if (denial.Detail is not null) notes?.Take(context, denial with { Summary = "The answer had begun, and broke off." });
            return Task.CompletedTask;
        }

        notes?.Take(context, denial);
        response.StatusCode = denial.Status;
        Protect(response.Headers);
        if (denial.Challenge is { } challenge) response.Headers.WWWAuthenticate = challenge;
        if (denial.RetryAfter is { } seconds) response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (denial.RetryAfter is not null && context.Request.Method is "GET") denial = denial with { Links = [Again(context), .. denial.Links] };
        var asPage = ClientKind.IsBrowser(context.Request);
        response.ContentType = asPage ? "text/html; charset=utf-8" : "application/problem+json";
        var body = asPage
            ? Encoding.UTF8.GetBytes(DenialPage.Render(denial).ToString())
            : JsonSerializer.SerializeToUtf8Bytes(Problem.Of(denial), ProblemJson.Default.Problem);
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    // The path as the canonical request has it: what came in is not written into a page.
    private static DenialLink Again(HttpContext context) =>
        new("Try again", context.Features.Get<CanonicalRequest>()?.ForwardTarget is { Length: > 0 } target ? target : "/");

    internal static void Protect(IHeaderDictionary headers)
    {
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.Vary = "Accept, Sec-Fetch-Mode, Sec-Fetch-Dest, X-Requested-With";
    }
}
