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

    private static readonly Argument<string?> Id = new("id") { Description = "One grant", HelpName = "ID", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> User = new("--user") { Description = "Grants of a user", HelpName = "NAME" };
    private static readonly Option<string?> Application = new("--application") { Description = "Grants on an application", HelpName = "NAME" };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why: the person is told it, and administrators and the audit log are", HelpName = "TEXT" };
    private static readonly Option<string?> Note = new("--note") { Description = "For the audit log only", HelpName = "TEXT" };

    public static Command Create()
    {
        var cut = new Command("cut", "Cut open connections; the next request is judged anew") { Id, User, Application, Reason, Note };
        cut.Validators.Add(result =>
        {
            if (result.GetValue(Id) is null && result.GetValue(User) is null && result.GetValue(Application) is null)
            {
                result.AddError("say which grants: an ID, --user NAME or --application NAME");
            }
        });
        return new Command("grant", "Live access")
        {
            new Command("list", "List live grants; gateways tell connections and bytes once a second") { User }.Runs(async (invocation, cancel) =>
            {
                using var client = invocation.Connect();
                var grants = await client.ListAsync("grants", cancel);
                invocation.Print(grants.OfUser(invocation.Value(User)), Columns);
            }),
            cut.Runs(CutAsync),
        };
    }

    private static async Task CutAsync(Invocation invocation, CancellationToken cancel)
    {
        var body = new JsonObject();
        foreach (var (member, value) in new[]
        {
            ("id", invocation.Value(Id)), ("user", invocation.Value(User)), ("application", invocation.Value(Application)), ("reason", invocation.Value(Reason)),
            ("note", invocation.Value(Note)),
        })
        {
            if (value is not null)
            {
                body[member] = value;
            }
        }

        using var client = invocation.Connect();
        invocation.Print(await client.PostAsync("grants/cut", body, cancel), new Column("CUT", "cut"), new Column("UNCONFIRMED", "unconfirmed"));
    }
}
