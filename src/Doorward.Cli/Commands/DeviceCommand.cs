using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`device`: enrolled machines, what is known of them, and links that enrol more.</summary>
internal static class DeviceCommand
{
    private static readonly Column[] Columns =
    [
        new("NAME", "name"), new("ID", "id"), new("OWNER", "owner"), new("PLATFORM", "platform"), new("KEY", "keyAssurance"), new("STANDING", "standing"),
        new("HEALTH", "health.colour"), new("COMPLIANT", "compliant"), new("LAST-REPORT", "lastReport"),
    ];

    private static readonly (string Member, Column[] Columns)[] Parts =
    [
        ("facts", [new("FACT", "name"), new("STATE", "state"), new("PROVENANCE", "provenance"), new("SINCE", "since"), new("EVIDENCE", "evidence")]),
        ("rules", [new("RULE", "rule"), new("SEVERITY", "severity"), new("HOLDS", "holds"), new("SINCE", "since"), new("WHY", "reasons.what"), new("FIX", "reasons.fix")]),
        ("confirmations", [new("PROVIDER", "provider"), new("FACT", "fact"), new("HEALTH", "health"), new("SEEN", "seen"), new("EVIDENCE", "evidence")]),
    ];

    private static readonly Column[] ProviderColumns =
    [
        new("NAME", "name"), new("HEARD", "heard"), new("RECORDS", "records"), new("MATCHED", "matched"), new("AMBIGUOUS", "ambiguous"), new("REFUSED", "refused"), new("PROBLEM", "problem"),
    ];

    private static readonly Argument<string> Device = new("device") { Description = "Its name or ID", HelpName = "DEVICE" };
    private static readonly Argument<string> NewName = new("name") { Description = "What it is called from now on", HelpName = "NAME" };
    private static readonly Option<string?> Owner = new("--owner") { Description = "Whose machine it is", HelpName = "USER" };
    private static readonly Option<string?> Name = new("--name") { Description = "What it will be called; its host name if left out", HelpName = "NAME" };
    private static readonly Option<string[]> Labels = new("--label") { Description = "A label that rules can ask for; may be repeated", HelpName = "NAME=VALUE" };

    // Each narrows the list by the field of its name.
    private static readonly (Option<string?> Option, string Field)[] Filters =
    [
        (new("--standing") { Description = "Only active, held or retired ones", HelpName = "STANDING" }, "standing"),
        (new("--health") { Description = "Only green, yellow or red ones", HelpName = "COLOUR" }, "health"),
        (new("--platform") { Description = "Only linux, macos or windows", HelpName = "NAME" }, "platform"),
        (new("--rule") { Description = "Only those that fail this posture rule", HelpName = "NAME" }, "rule"),
        (new("--fact") { Description = "Only those of which this fact is as --result says", HelpName = "FACT" }, "fact"),
        (new("--result") { Description = "fail (if left out), pass or unknown", HelpName = "RESULT" }, "result"),
    ];

    private static readonly Option<string?> Search = new("--search") { Description = "Part of its name or host name", HelpName = "TEXT" };
    private static readonly Option<bool> Retired = new("--retired") { Description = "Those that are retired" };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why: the person is told it, and administrators and the audit log are", HelpName = "TEXT" };

    public static Command Create()
    {
        Labels.Validators.Add(static result =>
        {
            foreach (var label in result.Tokens.Where(static token => token.Value.IndexOf('=', StringComparison.Ordinal) <= 0))
                result.AddError($"the label {label.Value} has no name or no value: write NAME=VALUE");
        });
        return Commands();
    }

    private static Command Commands() => new("device", "Enrolled machines: how they do, who they are for, and whether they may do anything")
    {
        List().Runs(ListAsync),
        new Command("show", "Show one device: its facts, how rules stand, and what posture providers say") { Device }.Runs(ShowAsync),
        new Command("history", "List how its posture changed, newest first") { Device }.Runs(async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            invocation.Print(await client.ListAsync(Path(invocation, "/history"), cancel, most: 200), new("AT", "at"), new("FACT", "name"), new("STATE", "state"), new("EVIDENCE", "evidence"));
        }),
        new Command("compliance", "Count compliant devices, and those that fail each rule") { }.Runs(ComplianceAsync),
        new Command("providers", "List posture providers: when each was heard, how many devices it knows, what was refused") { }.Runs(static async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            invocation.Print(await client.GetAsync("devices/providers", cancel), ProviderColumns);
        }),
        DeviceCheckCommand.CreateCheck(),
        DeviceCheckCommand.CreateTry(Labels),
        new Command("invite", "Print a link that enrols one machine, once and within 24 hours: give it to doorward-agent enroll there") { Owner, Name, Labels }.Runs(InviteAsync),
        new Command("hold", "Put a device in quarantine: it opens nothing until it is released") { Device, Reason }.Runs((invocation, cancel) => ActAsync(invocation, "hold", "held", cancel)),
        new Command("release", "Let a device out of quarantine") { Device }.Runs((invocation, cancel) => ActAsync(invocation, "release", "released", cancel)),
        new Command("retire", "Refuse a device from now on; its machine would have to enrol anew") { Device, Reason }.Runs((invocation, cancel) => ActAsync(invocation, "retire", "retired", cancel)),
        new Command("rename", "Call a device something else") { Device, NewName }.Runs(async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            var answer = await client.PostAsync(Path(invocation, "/rename"), new JsonObject { ["name"] = invocation.Value(NewName) }, cancel);
            invocation.Report($"renamed {invocation.Value(Device)} to {invocation.Value(NewName)}", answer.AsObject());
        }),
    };

    private static Command List()
    {
        var list = new Command("list", "List devices and how they do") { Owner, Search, Retired };
        foreach (var (option, _) in Filters) list.Options.Add(option);
        return list;
    }

    private static async Task ShowAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var shown = await client.GetAsync(Path(invocation, ""), cancel);
        if (invocation.Format != OutputFormat.Table)
        {
            invocation.Print(shown);
            return;
        }

        // The device is a tree, which indented text says best; what there is many of are tables.
        YamlWriter.Write(invocation.Out, shown["device"]!);
        foreach (var (member, columns) in Parts)
        {
            if (shown[member] is not JsonArray { Count: > 0 } part) continue;
            invocation.Out.WriteLine();
            invocation.Print(part, columns);
        }
    }

    private static async Task ListAsync(Invocation invocation, CancellationToken cancel)
    {
        string[] query =
        [
            .. new[]
            {
                invocation.Value(Owner) is { } owner ? $"owner={Uri.EscapeDataString(owner)}" : null,
                invocation.Value(Search) is { } text ? $"search={Uri.EscapeDataString(text)}" : null,
                invocation.Value(Retired) ? "retired=true" : null,
            }.OfType<string>(),
            .. Filters.Where(filter => invocation.Value(filter.Option) is not null).Select(filter => $"{filter.Field}={Uri.EscapeDataString(invocation.Value(filter.Option)!)}"),
        ];
        using var client = invocation.Connect();
        invocation.Print(await client.ListAsync(query.Length == 0 ? "devices" : $"devices?{string.Join('&', query)}", cancel), Columns);
    }

    private static async Task ComplianceAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var figures = await client.GetAsync("devices/compliance", cancel);
        if (invocation.Format != OutputFormat.Table)
        {
            invocation.Print(figures);
            return;
        }

        invocation.Print(figures, new Column("DEVICES", "devices"), new Column("COMPLIANT", "compliant"), new Column("STALE", "stale"), new Column("HELD", "held"));
        if (figures["rules"] is JsonArray { Count: > 0 } rules)
        {
            invocation.Out.WriteLine();
            invocation.Print(rules, new Column("RULE", "rule"), new Column("DEVICES", "devices"), new Column("FAILING", "failing"));
        }
    }

    internal static JsonObject LabelsOf(Invocation invocation)
    {
        var labels = new JsonObject();
        foreach (var label in invocation.Value(Labels) ?? [])
        {
            var at = label.IndexOf('=', StringComparison.Ordinal);
            labels[label[..at]] = label[(at + 1)..];
        }

        return labels;
    }

    private static async Task InviteAsync(Invocation invocation, CancellationToken cancel)
    {
        var body = new JsonObject { ["labels"] = LabelsOf(invocation) };
        if (invocation.Value(Owner) is { } owner) body["owner"] = owner;
        if (invocation.Value(Name) is { } name) body["name"] = name;
        using var client = invocation.Connect();
        var made = await client.PostAsync("devices/invitations", body, cancel);
        if (invocation.Format == OutputFormat.Table)
        {
            // Alone on stdout, so that it can be given on.
            await invocation.Out.WriteLineAsync(made["link"]!.GetValue<string>());
            return;
        }

        invocation.Print(made);
    }

    private static async Task ActAsync(Invocation invocation, string act, string done, CancellationToken cancel)
    {
        var body = new JsonObject();
        if (act != "release" && invocation.Value(Reason) is { } reason) body["reason"] = reason;
        using var client = invocation.Connect();
        var answer = await client.PostAsync(Path(invocation, $"/{act}"), body, cancel);
        invocation.Report($"{done} {invocation.Value(Device)}", answer.AsObject());
    }

    private static string Path(Invocation invocation, string rest) => $"devices/{Uri.EscapeDataString(invocation.Value(Device))}{rest}";
}
