using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`grant`: access in use at this moment, and cutting it without ending the session.</summary>
internal static class GrantCommand
{
    private static readonly Column[] Columns =
    [
        new("ID", "id"), new("USER", "user"), new("APPLICATION", "application"), new("CONNECTIONS", "connections"), new("BYTES", "bytes"),
        new("OPENED", "opened"), new("LAST-USED", "lastUsed"),
    ];

    private static readonly Argument<string[]> Ids = new("id") { Description = "Grants", HelpName = "ID", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string?> User = new("--user") { Description = "Grants of a user", HelpName = "NAME" };
    private static readonly Option<string?> Application = new("--application") { Description = "Grants on an application", HelpName = "NAME" };
    private static readonly Option<string?> Session = new("--session") { Description = "Grants of a session", HelpName = "ID" };
    private static readonly Option<string?> Gateway = new("--gateway") { Description = "Grants at a gateway", HelpName = "NAME" };
    private static readonly Option<string?> Connection = new("--connection") { Description = "One open connection of the grant only", HelpName = "ID" };
    private static readonly Option<string?> Search = new("--search") { Description = "Part of a user, application, gateway, address, or of an open connection's kind, method or path", HelpName = "TEXT" };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why: the person is told it, and administrators and the audit log are", HelpName = "TEXT" };
    private static readonly Option<string?> Note = new("--note") { Description = "For the audit log only", HelpName = "TEXT" };

    public static Command Create()
    {
        var cut = new Command("cut", "Cut open connections; the next request is judged anew") { Ids, Connection, User, Application, Session, Reason, Note };
        cut.Validators.Add(result =>
        {
            var ids = result.GetValue(Ids) is { Length: var count } ? count : 0;
            var others = result.GetValue(User) is not null || result.GetValue(Application) is not null || result.GetValue(Session) is not null;
            if (ids == 0 && !others)
            {
                result.AddError("say which grants: IDs, --user NAME, --application NAME or --session ID");
            }
            else if (result.GetValue(Connection) is not null && ids != 1)
            {
                result.AddError("a connection belongs to one grant: give its ID");
            }
            else if (ids > 1 && others)
            {
                result.AddError("give IDs, or say which by --user, --application and --session");
            }
        });
        return new Command("grant", "Live access")
        {
            new Command("list", "List live grants; gateways tell connections and bytes once a second") { User, Application, Session, Gateway, Search }.Runs(ListAsync),
            cut.Runs(CutAsync),
        };
    }

    private static async Task ListAsync(Invocation invocation, CancellationToken cancel)
    {
        (string Name, string? Value)[] filters =
        [
            ("user", invocation.Value(User)), ("application", invocation.Value(Application)), ("session", invocation.Value(Session)),
            ("gateway", invocation.Value(Gateway)), ("search", invocation.Value(Search)),
        ];
        using var client = invocation.Connect();
        invocation.Print(await client.ListAsync(Queries.Address("grants", filters), cancel), Columns);
    }

    private static async Task CutAsync(Invocation invocation, CancellationToken cancel)
    {
        var body = new JsonObject();
        switch (invocation.Value(Ids))
        {
            case [var one]:
                body["id"] = one;
                break;
            case { Length: > 1 } ids:
                body["ids"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]);
                break;
        }

        foreach (var (member, value) in new[]
        {
            ("connection", invocation.Value(Connection)), ("user", invocation.Value(User)), ("application", invocation.Value(Application)),
            ("session", invocation.Value(Session)), ("reason", invocation.Value(Reason)), ("note", invocation.Value(Note)),
        })
        {
            if (value is not null)
            {
                body[member] = value;
            }
        }

        using var client = invocation.Connect();
        var answer = await client.PostAsync("grants/cut", body, cancel);
        invocation.Print(answer, new Column("CUT", "cut"), new Column("UNCONFIRMED", "unconfirmed"), new Column("UNSENT", "unsent"));
        if (invocation.Format == OutputFormat.Table)
        {
            TellEach(invocation, answer);
        }
    }

    private static void TellEach(Invocation invocation, JsonNode answer)
    {
        if (answer["grants"] is JsonArray { Count: > 0 } grants)
        {
            invocation.Out.WriteLine();
            invocation.Print(grants, new Column("ID", "id"), new Column("GATEWAY", "gateway"), new Column("MILLISECONDS", "milliseconds"));
        }

        foreach (var id in answer["over"] as JsonArray ?? [])
        {
            invocation.Error.WriteLine(Printable.OneLine($"{id} was over already, or never was"));
        }
    }
}
