using System.CommandLine;
using System.Text.Json.Nodes;

namespace Doorward.Cli.Commands;

/// <summary>`user set`, `disable` and `enable`: one field of an account, all else as it is.</summary>
internal static class UserChanges
{
    private static readonly Argument<string> Name = new("name") { Description = "Whom", HelpName = "NAME" };
    private static readonly Option<string?> Email = new("--email") { Description = "E-mail address; empty for none", HelpName = "E" };
    private static readonly Option<string?> DisplayName = new("--display-name") { Description = "What pages call them; empty for none", HelpName = "TEXT" };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why, for the audit log", HelpName = "TEXT" };

    public static Command Set() => new Command("set", "Change e-mail address or display name of a user") { Name, Email, DisplayName, Reason }.Runs(async (invocation, cancel) =>
    {
        var given = new[] { ("email", invocation.Value(Email)), ("displayName", invocation.Value(DisplayName)) }.Where(static field => field.Item2 is not null).ToList();
        if (given.Count == 0) throw new CommandFailure("nothing to change", "give --email, --display-name or both") { ExitCode = CommandLine.WrongUsage };
        await ChangeAsync(invocation, "changed", spec =>
        {
            foreach (var (field, text) in given)
            {
                spec.Remove(field);
                if (text!.Length > 0) spec[field] = text;
            }
        }, cancel);
    });

    public static Command Disable() => new Command("disable", "Sign a user out everywhere, and let nobody in by that name") { Name, Reason }.Runs(
        static (invocation, cancel) => ChangeAsync(invocation, "disabled", static spec => spec["disabled"] = true, cancel));

    public static Command Enable() => new Command("enable", "Let a disabled user sign in again") { Name, Reason }.Runs(
        static (invocation, cancel) => ChangeAsync(invocation, "enabled", static spec => spec.Remove("disabled"), cancel));

    // On the version that was read: whoever changed it in between is not overwritten.
    private static async Task ChangeAsync(Invocation invocation, string done, Action<JsonObject> change, CancellationToken cancel)
    {
        var name = invocation.Value(Name)!;
        var path = $"users/{Uri.EscapeDataString(name)}";
        using var client = invocation.Connect();
        var user = await client.GetAsync(path, cancel);
        var spec = user["spec"]?.DeepClone().AsObject() ?? [];
        change(spec);
        var body = new JsonObject { ["spec"] = spec };
        if (invocation.Value(Reason) is { } reason) body["reason"] = reason;
        await client.PutAsync(path, body, user["version"]!.GetValue<long>(), cancel);
        invocation.Report($"{done} {name}", new JsonObject { ["name"] = name, ["change"] = done });
    }
}
