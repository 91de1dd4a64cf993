using Doorward.Core.Devices.Reports;
using Microsoft.AspNetCore.Http;

namespace Doorward.Console.Browsers;

/// <summary>What every answer of the sign-in and console hosts tells the browser (ASVS 5.0 section 3.4).</summary>
internal static class PageHeaders
{
    private const string FormTargetsKey = "doorward.form-targets";
    private const string AgentKey = "doorward.agent";

    // [::1] is no source that a content security policy can name.
    private static readonly string s_agents = string.Concat(AgentAsk.Ports.Select(static port => $" http://127.0.0.1:{port}"));

    // no-referrer would turn the Origin of our own form posts into "null" (Fetch, "append a request Origin header"),
    // and OwnOrigin refuses that.
    internal static Task Apply(HttpContext http, RequestDelegate next)
    {
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers.ContentSecurityPolicy = Policy(http);
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), publickey-credentials-get=(self), publickey-credentials-create=(self)";
            if (headers.CacheControl.Count == 0)
                headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        return next(http);
    }

    /// <summary>
    /// Lets forms of this page be answered by a redirect to <paramref name="target"/>: browsers apply form-action to
    /// every redirect that follows a form.
    /// </summary>
    internal static void AllowFormTarget(HttpContext http, Uri target)
    {
        // From its parts: what stands before an @ in an address would be written into the directive as it is.
        var port = target.IsDefaultPort ? "" : $":{target.Port}";
        var source = target.Scheme is "https" or "http" ? $"{target.Scheme}://{target.IdnHost}{port}" : $"{target.Scheme}:";
        http.Items[FormTargetsKey] = $" {source}";
    }

    /// <summary>Lets the script of this page ask the agent of its own machine, and nobody else there.</summary>
    internal static void AllowAgent(HttpContext http) => http.Items[AgentKey] = s_agents;

    // MudBlazor and virtual lists place things by style attributes; nothing needs a style element, let alone a script in the page.
    private static string Policy(HttpContext http) => ConsoleEndpoints.Serves(http)
        ? "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; script-src 'self'; img-src 'self' data:; " +
          $"connect-src 'self' wss://{http.Request.Host.Value}; form-action 'self'; frame-ancestors 'none'; base-uri 'self'"
        : "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; " +
          $"connect-src 'self'{http.Items[AgentKey] as string}; form-action 'self'{http.Items[FormTargetsKey] as string}; frame-ancestors 'none'; base-uri 'none'";
}
