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
        <link rel="stylesheet" href="{Routing.OwnPaths.Stylesheet}">
        </head>
        <body>
        <main class="card">
        <p class="brand">Doorward</p>
        <h1>{denial.Title}</h1>
        <p>{denial.Summary}</p>
        {Missing(denial)}{Remedies(denial)}
        <footer><p>Reference <code>{denial.Reference}</code>, status {denial.Status}. Whoever runs this service can look it up.</p></footer>
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
        ? Markup.Of($"""<li><a class="action" href="{link.AbsoluteUri}">{remedy.Text}</a></li>""")
        : Markup.Of($"<li>{remedy.Text}</li>");
}
