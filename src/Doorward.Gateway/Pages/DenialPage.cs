using Doorward.Gateway.Routing;

namespace Doorward.Gateway.Pages;

/// <summary>The page that people meet at a closed door: what happened, what is missing, how to get access, whom to name it to.</summary>
internal static class DenialPage
{
    public static Markup Render(Denial denial) => Markup.Of(
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{denial.Title} · Doorward</title>
        <link rel="icon" href="{OwnPaths.Icon}" type="image/svg+xml">
        <link rel="stylesheet" href="{OwnPaths.Stylesheet}">
        </head>
        <body class="plain">
        <header><div class="top"><span class="mark"><img src="{OwnPaths.Icon}" alt="" width="24" height="24">Doorward</span></div></header>
        <main>
        <div class="card">
        <h1>{denial.Title}</h1>
        <p>{denial.Summary}</p>
        {Missing(denial)}{Remedies(denial)}{Links(denial)}{Reference(denial)}
        </div>
        </main>
        </body>
        </html>

        """);

    private static Markup Missing(Denial denial) => denial.Missing.IsDefaultOrEmpty
        ? Markup.Empty
        : Markup.Of($"<section><h2>What is missing</h2><ul>{Markup.Join(denial.Missing.Select(m => Markup.Of($"<li>{m}</li>")))}</ul></section>\n");

    private static Markup Remedies(Denial denial) => denial.Remedies.IsDefaultOrEmpty
        ? Markup.Empty
        : Markup.Of($"<section><h2>How to get access</h2><ul>{Markup.Join(denial.Remedies.Select(Remedy))}</ul></section>\n");

    // Only https: a javascript: link would be encoded, and run all the same.
    private static Markup Remedy(DenialRemedy remedy) => remedy.Link is { Scheme: "https" } link
        ? Markup.Of($"""<li><a href="{link.AbsoluteUri}">{remedy.Text}</a></li>""")
        : Markup.Of($"<li>{remedy.Text}</li>");

    private static Markup Links(Denial denial) => denial.Links.IsDefaultOrEmpty
        ? Markup.Empty
        : Markup.Of($"""<p class="row">{Markup.Join(denial.Links.Where(IsOurs).Select((link, at) => Link(link, at == 0)))}</p>""");

    private static Markup Link(DenialLink link, bool first) => first
        ? Markup.Of($"""<a class="button" href="{link.Target}">{link.Text}</a>""")
        : Markup.Of($"""<a class="button quiet" href="{link.Target}">{link.Text}</a>""");

    // Where nothing is refused, there is nothing to look up.
    private static Markup Reference(Denial denial) => denial.Status < 400
        ? Markup.Empty
        : Markup.Of($"""<div class="reference"><p>Reference <code>{denial.Reference}</code> <span>· status {denial.Status}</span><br>An administrator finds what happened by it.</p></div>""");

    // "//host" and "/\host" are other hosts to a browser.
    private static bool IsOurs(DenialLink link) => link.Target.StartsWith("https://", StringComparison.Ordinal)
        || (link.Target.StartsWith('/') && (link.Target.Length == 1 || link.Target[1] is not ('/' or '\\')));
}
