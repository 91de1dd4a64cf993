using System.CommandLine;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`user list` and `user show`: accounts with what is known of them beside their documents.</summary>
internal static class UserQueries
{
    private static readonly Argument<string> Name = new("name") { Description = "Whom", HelpName = "NAME" };
    private static readonly Option<string?> Search = new("--search") { Description = "Part of a name or address", HelpName = "TEXT" };
    private static readonly Option<bool> Service = new("--service") { Description = "Service accounts only" };
    private static readonly Option<bool> Disabled = new("--disabled") { Description = "Disabled accounts only" };

    public static Command List() => new Command("list", "List people and service accounts, what they sign in with and when they were here last") { Search, Service, Disabled }.Runs(ListAsync);

    public static Command Show() => new Command("show", "Show one account: factors, groups, sessions and tokens, without secrets") { Name }.Runs(async (invocation, cancel) =>
    {
        using var client = invocation.Connect();
        var person = await client.GetAsync($"people/{Uri.EscapeDataString(invocation.Value(Name)!)}", cancel);
        if (invocation.Format == OutputFormat.Table)
        {
            YamlWriter.Write(invocation.Out, person);
            return;
        }

        invocation.Print(person);
    });

    private static async Task ListAsync(Invocation invocation, CancellationToken cancel)
    {
        string[] query =
        [
            .. new[]
            {
                invocation.Value(Search) is { } text ? $"search={Uri.EscapeDataString(text)}" : null,
                invocation.Value(Service) ? "kind=service" : null,
                invocation.Value(Disabled) ? "disabled=true" : null,
            }.OfType<string>(),
        ];
        using var client = invocation.Connect();
        invocation.Print(
            await client.ListAsync(query.Length == 0 ? "people" : $"people?{string.Join('&', query)}", cancel),
            new("NAME", "name"), new("KIND", "kind"), new("EMAIL", "email"), new("DISABLED", "disabled"), new("FACTORS", "factors"), new("LAST-SIGN-IN", "lastSignIn"), new("LAST-USED", "lastUsed"));
    }
}
