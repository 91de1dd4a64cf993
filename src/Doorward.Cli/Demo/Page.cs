using System.Text;
using System.Text.Encodings.Web;

namespace Doorward.Cli.Demo;

/// <summary>One HTML page: a title, what is particular to it, and who is asking as the upstream was told.</summary>
internal static class Page
{
    private static readonly string[] Shown =
        ["Doorward-User", "Doorward-Email", "Doorward-Groups", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"];

    public static Task WriteAsync(HttpContext context, string title, string content)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>{title}</title>
              <meta name="color-scheme" content="light dark">
              <link rel="icon" href="/icon.svg" type="image/svg+xml">
              <link rel="stylesheet" href="/page.css">
            </head>
            <body>
            <main>
              <h1>{title}</h1>
            {content}
              <section>
              <h2>Who is asking</h2>
              <p class="muted">These headers were set by the gateway. What a client sends under their names never arrives.</p>
              <table class="values">
                <thead><tr><th scope="col">header</th><th scope="col">value</th></tr></thead>
                <tbody>
            {HeaderRows(context.Request.Headers)}
                </tbody>
              </table>
              </section>
              <section>
              <h2>What the assertion says</h2>
              <p class="muted">The claims of <code>Doorward-Assertion</code>, a token signed by the gateway for this application alone.</p>
              <pre tabindex="0" aria-label="Claims of the assertion">{Html(AssertionClaims.Of(context.Request.Headers["Doorward-Assertion"]))}</pre>
              </section>
            </main>
            </body>
            </html>
            """,
            context.RequestAborted);
    }

    private static string HeaderRows(IHeaderDictionary headers)
    {
        var rows = new StringBuilder();
        foreach (var name in Shown)
        {
            rows.Append("      <tr><th scope=\"row\">").Append(name).Append("</th><td>").Append(Html(headers[name].ToString())).Append("</td></tr>\n");
        }

        return rows.ToString();
    }

    private static string Html(string text) => HtmlEncoder.Default.Encode(text);
}
