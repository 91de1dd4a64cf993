using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`session`: who is signed in, and ending it, with all that hangs on it.</summary>
internal static class SessionCommand
{
    private static readonly Column[] Columns =
    [
        new("ID", "id"), new("USER", "user"), new("ASSURANCE", "assurance"), new("ADDRESS", "address"), new("CONNECTIONS", "connections"),
        new("STARTED", "started"), new("LAST-USED", "lastUsed"),
    ];

    private static readonly Column[] EndedColumns =
    [
        new("ID", "id"), new("USER", "user"), new("ADDRESS", "address"), new("STARTED", "started"), new("ENDED", "end.time"), new("CAUSE", "end.cause"),
        new("BY", "end.by"), new("REASON", "end.reason"),
    ];

    private static readonly Argument<string[]> Ids = new("id") { Description = "Sessions", HelpName = "ID", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Argument<string> Id = new("id") { Description = "The session", HelpName = "ID" };
    private static readonly Option<string?> User = new("--user") { Description = "All sessions of a user", HelpName = "NAME" };
    private static readonly Option<bool> All = new("--all") { Description = "Every session there is" };
    private static readonly Option<string?> Search = new("--search") { Description = "Part of the name of a user, application, device, browser or identity provider, the beginning of an address, a method (otp), a kind (token), or an ID", HelpName = "TEXT" };
    private static readonly Option<int?> Assurance = new Option<int?>("--assurance") { Description = "Signed in with: 1 a password, 2 two factors, 3 a passkey", HelpName = "1|2|3" }.Within(1, 3);
    private static readonly Option<bool> Confirm = new("--confirm") { Description = "Wait until each connected gateway says that it has cut, and say how long it took" };
    private static readonly Option<bool> Ended = new("--ended") { Description = "Those that are over, with who ended them and why" };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why: the person is told it, and administrators and the audit log are", HelpName = "TEXT" };
    private static readonly Option<string?> Note = new("--note") { Description = "For the audit log only", HelpName = "TEXT" };

    public static Command Create()
    {
        var revoke = new Command("revoke", "End sessions and cut their open connections") { Ids, User, All, Reason, Note, Confirm };
        revoke.Validators.Add(result =>
        {
            var given = (result.GetValue(Ids) is { Length: > 0 } ? 1 : 0) + (result.GetValue(User) is null ? 0 : 1) + (result.GetValue(All) ? 1 : 0);
            if (given != 1)
            {
                result.AddError("say which sessions: IDs, --user NAME or --all");
            }
        });
        return new Command("session", "Sessions of people who signed in")
        {
            new Command("list", "List live sessions; gateways tell their connections once a second") { User, Ended, Search, Assurance }.Runs(ListAsync),
            new Command("show", "Show one session: sign-in, factors, evidence with ages, what it has open, how it ended") { Id }.Runs(ShowAsync),
            revoke.Runs(RevokeAsync),
        };
    }

    private static async Task ListAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var ended = invocation.Value(Ended);
        var address = Queries.Address("sessions", [("ended", ended ? "true" : null), ("user", invocation.Value(User)), ("search", invocation.Value(Search)), ("assurance", $"{invocation.Value(Assurance)}" is { Length: > 0 } level ? level : null)]);
        invocation.Print(await client.ListAsync(address, cancel), ended ? EndedColumns : Columns);
    }

    private static async Task ShowAsync(Invocation invocation, CancellationToken cancel)
    {
        var id = Uri.EscapeDataString(invocation.Value(Id));
        using var client = invocation.Connect();
        var story = (await client.GetAsync($"sessions/{id}", cancel)).AsObject();
        story["grants"] = await client.ListAsync($"grants?session={id}", cancel);
        if (invocation.Format == OutputFormat.Table)
        {
            // A story is a tree: indented text reads better than any table.
            YamlWriter.Write(invocation.Out, story);
            return;
        }

        invocation.Print(story);
    }

    private static async Task RevokeAsync(Invocation invocation, CancellationToken cancel)
    {
        var body = invocation.Value(Ids) switch
        {
            [var one] => new JsonObject { ["id"] = one },
            { Length: > 1 } ids => new JsonObject { ["ids"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]) },
            _ => invocation.Value(User) is { } user ? new JsonObject { ["user"] = user } : new JsonObject { ["all"] = true },
        };
        if (invocation.Value(Reason) is { } reason)
        {
            body["reason"] = reason;
        }

        if (invocation.Value(Note) is { } note)
        {
            body["note"] = note;
        }

        if (invocation.Value(Confirm))
        {
            body["confirm"] = true;
        }

        using var client = invocation.Connect();
        var answer = await client.PostAsync("sessions/revoke", body, cancel);
        invocation.Print(answer, new Column("REVOKED", "revoked"), new Column("REVISION", "revision"));
        if (answer?["confirmed"] is JsonArray { Count: > 0 } confirmed && invocation.Format == OutputFormat.Table)
        {
            invocation.Out.WriteLine();
            invocation.Print(confirmed, new Column("GATEWAY", "gateway"), new Column("MILLISECONDS", "milliseconds"));
        }

        foreach (var id in answer?["over"] as JsonArray ?? [])
        {
            await invocation.Error.WriteLineAsync(Printable.OneLine($"{id} was over already, or never was"));
        }
    }
}
