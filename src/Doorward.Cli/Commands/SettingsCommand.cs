using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`settings`: what holds for the whole installation: limits of sessions, leases, the zone of its clock.</summary>
internal static class SettingsCommand
{
    private const string On = "on";

    private static readonly (Option<string?> Option, string Field)[] Fields =
    [
        (Duration("--idle-timeout", "End browser sessions that nobody used for so long"), "idleTimeout"),
        (Duration("--absolute-timeout", "How long a session that begins from now on may last"), "absoluteTimeout"),
        (Duration("--lease", "How long gateways serve without the control plane"), "lease"),
        (Duration("--strict-lease", "The same for strict applications"), "strictLease"),
        (Duration("--confirmation", "How long a sign-in is enough for dangerous acts in the console"), "confirmation"),
        (new("--time-zone") { Description = "The clock of policies, for people without a zone of their own", HelpName = "ZONE" }, "timeZone"),
    ];

    private static readonly Option<string?> OwnDevices = Switch("--own-devices", "Whether people may enrol machines of their own, without an administrator");
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why, for the audit log", HelpName = "TEXT" };

    public static Command Create()
    {
        var set = new Command("set", "Change some of them; the others stay as they are") { OwnDevices, Reason };
        foreach (var (option, _) in Fields)
        {
            set.Options.Add(option);
        }

        set.Validators.Add(result =>
        {
            if (Fields.All(field => result.GetValue(field.Option) is null) && result.GetValue(OwnDevices) is null)
            {
                result.AddError("say what to change, as in --idle-timeout 8h");
            }
        });
        return new Command("settings", "What holds for the whole installation")
        {
            new Command("show", "Show them, and where people sign in").Runs(async (invocation, cancel) =>
            {
                using var client = invocation.Connect();
                Show(invocation, await client.GetAsync("settings", cancel));
            }),
            set.Runs(SetAsync),
        };
    }

    private static async Task SetAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var now = await client.GetAsync("settings", cancel);
        var spec = now["spec"]!.DeepClone().AsObject();
        foreach (var (option, field) in Fields)
        {
            spec[field] = invocation.Value(option) ?? spec[field]!.GetValue<string>();
        }

        if (invocation.Value(OwnDevices) is { } own)
        {
            spec["ownDevices"] = own == On;
        }

        var body = new JsonObject { ["spec"] = spec };
        if (invocation.Value(Reason) is { } reason)
        {
            body["reason"] = reason;
        }

        Show(invocation, await client.PutAsync("settings", body, now["version"]!.GetValue<long>(), cancel));
    }

    private static void Show(Invocation invocation, JsonNode settings)
    {
        if (invocation.Format == OutputFormat.Table)
        {
            YamlWriter.Write(invocation.Out, settings);
            return;
        }

        invocation.Print(settings);
    }

    private static Option<string?> Switch(string name, string what)
    {
        var option = new Option<string?>(name) { Description = what, HelpName = "on|off" };
        option.AcceptOnlyFromAmong(On, "off");
        return option;
    }

    private static Option<string?> Duration(string name, string what) => new(name) { Description = what, HelpName = "DURATION" };
}
