using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Doorward.Cli.Demo;

namespace Doorward.Cli.Bench;

/// <summary>Somebody who has signed in at a door, through the forms that a browser shows: the session, and the cookie that stands for it there.</summary>
internal sealed partial record Person(string Name, string Session, DateTimeOffset Authenticated, string Cookie)
{
    /// <summary>Imports the credentials of people who do not exist yet.</summary>
    public static Task ImportAsync(BenchInstallation installation, IEnumerable<string> names, DemoCredentials credentials, CancellationToken cancel) =>
        Parallel.ForEachAsync(names, Few(cancel), async (name, stop) => await installation.Administration.PostAsync(
            $"users/{name}/credentials",
            new JsonObject { ["email"] = $"{name}@example.test", ["password"] = credentials.Password, ["totpSecret"] = credentials.TotpSecret },
            stop));

    /// <summary>Signs them all in at an application.</summary>
    public static async Task<IReadOnlyList<Person>> SignInAsync(
        BenchInstallation installation, string application, IReadOnlyList<string> names, DemoCredentials credentials, CancellationToken cancel)
    {
        var people = new Person[names.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, names.Count), Few(cancel), async (index, stop) =>
            people[index] = await SignInAsync(installation, application, names[index], credentials, stop));
        return people;
    }

    // A record prints its members, and the cookie must not reach a log.
    public override string ToString() => Name;

    private static async Task<Person> SignInAsync(
        BenchInstallation installation, string application, string name, DemoCredentials credentials, CancellationToken cancel)
    {
        var door = installation.Door(application);
        using var handler = installation.NewDialer().NewHandler();
        (handler.AllowAutoRedirect, handler.UseCookies) = (true, true);
        using var browser = new HttpClient(handler);
        browser.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "text/html");
        browser.DefaultRequestHeaders.TryAddWithoutValidation("Sec-Fetch-Mode", "navigate");
        var page = await AskAsync(browser, new HttpRequestMessage(HttpMethod.Get, door), cancel);
        page = await AskAsync(browser, Form(page, new() { ["username"] = name, ["password"] = credentials.Password }), cancel);
        page = await AskAsync(browser, Form(page, new() { ["code"] = credentials.CodeAt(TimeProvider.System.GetUtcNow()) }), cancel);
        var sessions = await installation.Administration.ListAsync($"sessions?user={name}", cancel);
        if (page.Address.Host != door.Host || sessions is not [{ } session])
            throw new CommandFailure($"{name} could not sign in: the last page was {page.Address.AbsolutePath}");
        return new Person(name, session["id"]!.GetValue<string>(), session["authenticated"]!.GetValue<DateTimeOffset>(), handler.CookieContainer.GetCookieHeader(door));
    }

    // Forms lead to the address that they are at.
    private static HttpRequestMessage Form(Page page, Dictionary<string, string> fields)
    {
        fields["csrf"] = page.Antiforgery;
        var request = new HttpRequestMessage(HttpMethod.Post, page.Address) { Content = new FormUrlEncodedContent(fields) };
        request.Headers.TryAddWithoutValidation("Origin", page.Address.GetLeftPart(UriPartial.Authority));
        return request;
    }

    private static async Task<Page> AskAsync(HttpClient browser, HttpRequestMessage request, CancellationToken cancel)
    {
        using (request)
        {
            using var response = await browser.SendAsync(request, cancel);
            var at = response.RequestMessage!.RequestUri!;
            var text = await response.Content.ReadAsStringAsync(cancel);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new CommandFailure($"the page answered {(int)response.StatusCode}: {Summary().Match(text).Groups[1].Value}", where: at.GetLeftPart(UriPartial.Path));
            return new Page(at, Antiforgery().Match(text).Groups[1].Value);
        }
    }

    // A password costs a tenth of a second of a core, by design.
    private static ParallelOptions Few(CancellationToken cancel) => new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancel };

    [GeneratedRegex("name=\"csrf\" value=\"([^\"]+)\"")]
    private static partial Regex Antiforgery();

    // Pages of refusals say in their first paragraph what is the matter.
    [GeneratedRegex("<p[^>]*>([^<]+)")]
    private static partial Regex Summary();

    private sealed record Page(Uri Address, string Antiforgery);
}
