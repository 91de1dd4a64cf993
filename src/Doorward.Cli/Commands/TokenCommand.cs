using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`token`: access for scripts: bound to named applications, expiring, shown once.</summary>
internal static class TokenCommand
{
    private static readonly Option<string> User = new("--user") { Description = "Whose access the token has", HelpName = "NAME", Required = true };
    private static readonly Option<string[]> Applications = new("--application") { Description = "Where it is good; may be repeated", HelpName = "NAME", Required = true };
    private static readonly Option<int> Days = new Option<int>("--days") { Description = "How long it is good", HelpName = "N", DefaultValueFactory = _ => 30 }.Within(1, 365);
    private static readonly Option<string?> Name = new("--name") { Description = "What it is for", HelpName = "TEXT" };
    private static readonly Option<string?> Whose = new("--user") { Description = "Only those of one user", HelpName = "NAME" };
    private static readonly Argument<string> Id = new("id") { Description = "Which token", HelpName = "ID" };

    public static Command Create() => new("token", "Tokens for scripts")
    {
        new Command("create", "Create a token and print it, once") { User, Applications, Days, Name }.Runs(CreateAsync),
        new Command("list", "List tokens and whether they are good, without their secrets") { Whose }.Runs(async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            invocation.Print(await client.ListAsync(invocation.Value(Whose) is { } user ? $"tokens?user={Uri.EscapeDataString(user)}" : "tokens", cancel),
                new("ID", "id"), new("NAME", "name"), new("USER", "user"), new("STATE", "state"), new("APPLICATIONS", "applications"), new("EXPIRES", "expires"), new("LAST-USED", "lastUsed"));
        }),
        new Command("revoke", "Revoke a token and cut what it opened") { Id }.Runs(async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            var answer = await client.DeleteAsync($"tokens/{Uri.EscapeDataString(invocation.Value(Id))}", cancel);
            invocation.Report($"revoked {invocation.Value(Id)}", answer.AsObject());
        }),
    };

    private static async Task CreateAsync(Invocation invocation, CancellationToken cancel)
    {
        var body = new JsonObject
        {
            ["user"] = invocation.Value(User),
            ["applications"] = new JsonArray([.. invocation.Value(Applications)!.Select(name => JsonValue.Create(name))]),
            ["days"] = invocation.Value(Days),
        };
        if (invocation.Value(Name) is { } name)
        {
            body["name"] = name;
        }

        using var client = invocation.Connect();
        var created = await client.PostAsync("tokens", body, cancel);
        if (invocation.Format == OutputFormat.Table)
        {
            // Alone on stdout, so that `> file` keeps it and nothing else.
            await invocation.Out.WriteLineAsync(created["token"]!.GetValue<string>());
            return;
        }

        invocation.Print(created);
    }
}
