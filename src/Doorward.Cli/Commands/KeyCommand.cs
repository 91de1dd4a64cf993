using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Output;
using Doorward.Control.Keys;

namespace Doorward.Cli.Commands;

/// <summary>`key`: the keys that the installation lives on, and bringing on the next before its time.</summary>
internal static class KeyCommand
{
    private static readonly Argument<string> Kind = new Argument<string>("kind") { Description = "Which", HelpName = "KIND" }.AcceptOnlyFromAmong([.. KeyKinds.Rotated]);
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why, for the audit log", HelpName = "TEXT" };

    private static readonly Column[] Columns =
    [
        new("KIND", "kind"), new("ID", "id"), new("STATE", "state"), new("GATEWAY", "gateway"), new("CREATED", "created"), new("ROTATES", "rotates"), new("EXPIRES", "expires"),
    ];

    public static Command Create() => new("key", "Keys, without their secrets")
    {
        new Command("list", "List keys and where each stands in its life").Runs(async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            invocation.Print(await client.ListAsync("keys", cancel), Columns);
        }),
        new Command("rotate", "Make the next key of a kind now; what the one before made stays good for its time") { Kind, Reason }.Runs(async (invocation, cancel) =>
        {
            var body = new JsonObject { ["kind"] = invocation.Value(Kind) };
            if (invocation.Value(Reason) is { } reason)
            {
                body["reason"] = reason;
            }

            using var client = invocation.Connect();
            invocation.Print((await client.PostAsync("keys/rotate", body, cancel))["items"]!, Columns);
        }),
    };
}
