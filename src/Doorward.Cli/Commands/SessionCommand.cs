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

    private static readonly Argument<string?> Id = new("id") { Description = "One session", HelpName = "ID", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> User = new("--user") { Description = "All sessions of a user", HelpName = "NAME" };
    private static readonly Option<bool> All = new("--all") { Description = "Every session there is" };
    private static readonly Option<string?> Search = new("--search") { Description = "Part of a user's name, the beginning of an address, or a session's ID", HelpName = "TEXT" };
    private static readonly Option<bool> Confirm = new("--confirm") { Description = "Wait until each connected gateway says that it has cut, and say how long it took" };
    private static readonly Option<bool> Ended = new("--ended") { Description = "Those that are over, with who ended them and why" };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why: the person is told it, and administrators and the audit log are", HelpName = "TEXT" };
    private static readonly Option<string?> Note = new("--note") { Description = "For the audit log only", HelpName = "TEXT" };

    public static Command Create()
    {
        var revoke = new Command("revoke", "End sessions and cut their open connections") { Id, User, All, Reason, Note, Confirm };
        revoke.Validators.Add(result =>
        {
            var given = (result.GetValue(Id) is null ? 0 : 1) + (result.GetValue(User) is null ? 0 : 1) + (result.GetValue(All) ? 1 : 0);
            if (given != 1)
            {
                result.AddError("say which sessions: an ID, --user NAME or --all");
            }
        });
        return new Command("session", "Sessions of people who signed in")
        {
            new Command("list", "List live sessions; gateways tell their connections once a second") { User, Ended, Search }.Runs(ListAsync),
            revoke.Runs(RevokeAsync),
        };
    }

    private static async Task ListAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var ended = invocation.Value(Ended);
        var search = invocation.Value(Search) is { } text ? $"search={Uri.EscapeDataString(text)}" : null;
        string[] query = [.. new[] { ended ? "ended=true" : null, search }.OfType<string>()];
        var sessions = await client.ListAsync(query.Length == 0 ? "sessions" : $"sessions?{string.Join('&', query)}", cancel);
        invocation.Print(sessions.OfUser(invocation.Value(User)), ended ? EndedColumns : Columns);
    }

    private static async Task RevokeAsync(Invocation invocation, CancellationToken cancel)
    {
        var body = new JsonObject();
        if (invocation.Value(Id) is { } id)
        {
            body["id"] = id;
        }
        else if (invocation.Value(User) is { } user)
        {
            body["user"] = user;
        }
        else
        {
            body["all"] = true;
        }

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
    }
}
