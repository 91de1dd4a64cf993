using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`connector`: what dials out for private applications, its replicas, and links for more of them.</summary>
internal static class ConnectorCommand
{
    private static readonly Column[] Columns =
    [
        new("NAME", "name"), new("HEALTH", "health"), new("REPLICAS", "replicas.id"), new("GATEWAYS", "gateways"), new("APPLICATIONS", "served"), new("DESCRIPTION", "description"),
    ];

    private static readonly Column[] ReplicaColumns =
    [
        new("REPLICA", "id"), new("HOST", "hostName"), new("STATE", "state"), new("TOLD-TO-DRAIN", "toldToDrain"), new("JOINED", "joined"), new("CERTIFICATE-UNTIL", "certificateExpires"), new("REASON", "retiredReason"),
    ];

    private static readonly Column[] ConnectionColumns =
    [
        new("REPLICA", "replica"), new("GATEWAY", "gateway"), new("SINCE", "since"), new("FROM", "address"), new("VERSION", "version"), new("LATENCY-MS", "latency"),
        new("CONNECTIONS", "connections"), new("TUNNELS", "tunnels"), new("DRAINING", "draining"),
    ];

    private static readonly Column[] LinkColumns = [new("LINK-MADE-BY", "createdBy"), new("MADE", "created"), new("WORKS-UNTIL", "expires")];

    private static readonly Column[] ServedColumns = [new("APPLICATION", "name"), new("TARGETS", "targets")];

    private static readonly Argument<string> Connector = new("connector") { Description = "Its name", HelpName = "CONNECTOR" };
    private static readonly Argument<string> Replica = new("replica") { Description = "The replica's ID, as `connector show` lists it", HelpName = "REPLICA" };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why: administrators and the audit log are told it", HelpName = "TEXT" };

    public static Command Create() => new("connector", "Connectors: what dials out for private applications, and the machines that do it")
    {
        new Command("list", "List connectors: how they do, at which gateways they are, what they serve") { }.Runs(ListAsync),
        new Command("show", "Show one connector: its replicas, where each is connected, the targets of its applications, and links that nobody has used yet") { Connector }.Runs(ShowAsync),
        new Command("invite", "Print a link that joins one machine, once and within an hour: give it to `doorward-agent connector join -` there") { Connector }.Runs(InviteAsync),
        new Command("withdraw", "Take back the links that no machine has joined by yet") { Connector }.Runs(WithdrawAsync),
        new Command("drain", "Give a replica no new tunnels, and leave it those that are open; for good, until it is resumed") { Connector, Replica, Reason }.Runs((invocation, cancel) => ActAsync(invocation, "drain", "drains", cancel)),
        new Command("resume", "Take a replica that was told to drain back in service") { Connector, Replica, Reason }.Runs((invocation, cancel) => ActAsync(invocation, "resume", "resumed", cancel)),
        new Command("retire", "Refuse a replica from now on and cut its tunnels; its machine would have to join anew") { Connector, Replica, Reason }.Runs((invocation, cancel) => ActAsync(invocation, "retire", "retired", cancel)),
    };

    private static async Task ListAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var connectors = await client.ListAsync("connector-states", cancel);
        if (invocation.Format != OutputFormat.Table)
        {
            invocation.Print(connectors);
            return;
        }

        foreach (var connector in connectors)
        {
            connector!["gateways"] = Texts(Connections(connector).Select(static one => one["gateway"]).Select(static name => name!.GetValue<string>()).Distinct(StringComparer.Ordinal));
            connector["served"] = Texts(connector["applications"]!.AsArray().Select(static one => one!["name"]!.GetValue<string>()));
            connector["replicas"] = new JsonObject { ["id"] = Texts(connector["replicas"]!.AsArray().Select(static one => one!["hostName"]!.GetValue<string>())) };
        }

        invocation.Print(connectors, Columns);
    }

    private static async Task ShowAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var connector = await client.GetAsync(Path(invocation, "/state"), cancel);
        if (invocation.Format != OutputFormat.Table)
        {
            invocation.Print(connector);
            return;
        }

        var head = new JsonObject { ["name"] = connector["name"]?.DeepClone(), ["health"] = connector["health"]?.DeepClone() };
        if (connector["description"] is { } description) head["description"] = description.DeepClone();
        YamlWriter.Write(invocation.Out, head);
        foreach (var (part, columns) in new[]
        {
            (connector["replicas"]!.AsArray(), ReplicaColumns), (new JsonArray([.. Connections(connector)]), ConnectionColumns), (connector["applications"]!.AsArray(), ServedColumns),
            (connector["links"]!.AsArray(), LinkColumns),
        })
        {
            if (part.Count == 0) continue;
            invocation.Out.WriteLine();
            invocation.Print(part, columns);
        }
    }

    private static async Task InviteAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var made = await client.PostAsync(Path(invocation, "/invitations"), new JsonObject(), cancel);
        if (invocation.Format == OutputFormat.Table)
        {
            // Alone on stdout, so that it can be given on.
            await invocation.Out.WriteLineAsync(made["link"]!.GetValue<string>());
            return;
        }

        invocation.Print(made);
    }

    private static async Task WithdrawAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var answer = await client.PostAsync(Path(invocation, "/invitations/withdraw"), new JsonObject(), cancel);
        invocation.Report($"withdrew {answer["withdrawn"]} links of {invocation.Value(Connector)}", answer.AsObject());
    }

    private static async Task ActAsync(Invocation invocation, string act, string done, CancellationToken cancel)
    {
        var body = new JsonObject();
        if (invocation.Value(Reason) is { } reason) body["reason"] = reason;
        using var client = invocation.Connect();
        var answer = await client.PostAsync(Path(invocation, $"/replicas/{Uri.EscapeDataString(invocation.Value(Replica))}/{act}"), body, cancel);
        invocation.Report($"{done} {invocation.Value(Replica)} of {invocation.Value(Connector)}", answer.AsObject());
    }

    private static IEnumerable<JsonObject> Connections(JsonNode connector) => connector["replicas"]!.AsArray()
        .SelectMany(static replica => replica!["gateways"]!.AsArray().Select(gateway =>
        {
            var one = gateway!.DeepClone().AsObject();
            one["replica"] = replica["id"]!.GetValue<string>();
            return one;
        }));

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(static text => (JsonNode)JsonValue.Create(text))]);

    private static string Path(Invocation invocation, string rest) => $"connectors/{Uri.EscapeDataString(invocation.Value(Connector))}{rest}";
}
