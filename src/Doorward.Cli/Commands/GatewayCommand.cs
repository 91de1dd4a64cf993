using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`gateway`: gateways that run apart from the control plane: letting them in, seeing how far they are, putting them out.</summary>
internal static class GatewayCommand
{
    private static readonly Argument<string> Name = new("name") { Description = "The gateway's name: a-z, 0-9 and hyphens inside", HelpName = "NAME" };
    private static readonly Option<int> Minutes = new Option<int>("--minutes") { Description = "How long the token is good", HelpName = "N", DefaultValueFactory = _ => 60 }.Within(1, 7 * 24 * 60);

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why, for the audit log", HelpName = "TEXT" };

    private static readonly Column[] Columns =
    [
        new("NAME", "name"), new("CONNECTED", "connected"), new("APPLIED", "applied"), new("LAG", "lag"), new("LEASE-UNTIL", "leaseEnds"),
        new("GRANTS", "grants"), new("CONNECTIONS", "connections"), new("VERSION", "version"), new("LAST-SEEN", "lastSeen"), new("CERTIFICATE-UNTIL", "certificateExpires"), new("REVOKED", "revoked"),
    ];

    public static Command Create() => new("gateway", "Gateways that run by themselves")
    {
        new Command("join-token", "Print a token with which one gateway of this name joins, once") { Name, Minutes }.Runs(JoinTokenAsync),
        new Command("list", "List gateways and how far each is").Runs(async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            invocation.Print(await client.ListAsync("gateways", cancel), Columns);
        }),
        new Command("revoke", "Put a gateway out for good, and close what is open on it") { Name, Reason }.Runs(async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            var query = invocation.Value(Reason) is { } reason ? $"?reason={Uri.EscapeDataString(reason)}" : "";
            await client.DeleteAsync($"gateways/{Uri.EscapeDataString(invocation.Value(Name))}{query}", cancel);
            invocation.Say($"revoked {invocation.Value(Name)}");
        }),
    };

    private static async Task JoinTokenAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var made = await client.PostAsync(
            "gateways/join-token", new JsonObject { ["name"] = invocation.Value(Name), ["minutes"] = invocation.Value(Minutes) }, cancel);
        if (invocation.Format == OutputFormat.Table)
        {
            // Alone on stdout, so that `> file` keeps it and nothing else.
            await invocation.Out.WriteLineAsync(made["token"]!.GetValue<string>());
            return;
        }

        invocation.Print(made);
    }
}
