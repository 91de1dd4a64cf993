using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Doorward.Cli.Connection;
using Doorward.Cli.Documents;
using Doorward.Cli.Output;
using Doorward.Core.Policies;

namespace Doorward.Cli.Commands;

/// <summary>
/// `protect`: the first door in one line. Prints the YAML it applied, to keep and to change; what it has to say besides goes to
/// stderr. A door that is there already stays as it is, unless it is told to replace it.
/// </summary>
internal static class ProtectCommand
{
    private static readonly Argument<string> Upstream = new("url") { Description = "Where the application listens", HelpName = "URL" };
    private static readonly Option<string> Name = new("--name") { Description = "Name of the door, and its host below the domain", HelpName = "N", Required = true };
    private static readonly Option<string> Group = new("--group") { Description = "Who may pass, after two factors; made when there is none, without members", HelpName = "G", Required = true };
    private static readonly Option<bool> Replace = new("--replace") { Description = "Change a door of that name, and show what changes" };

    public static Command Create() => new Command("protect", "Put a door in front of an application") { Upstream, Name, Group, Replace }.Runs(RunAsync);

    private static async Task RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var (name, group, upstream) = (Plain("--name", invocation.Value(Name)!), Plain("--group", invocation.Value(Group)!), AddressOf(invocation.Value(Upstream)));
        using var client = invocation.Connect();
        var status = await client.GetAsync("status", cancel);
        var door = new ProtectedDoor(name, group, upstream, status["domain"]!.GetValue<string>(), status["port"]!.GetValue<int>());
        var changed = await ApplyAsync(invocation, client, door, cancel);
        await PrintAsync(invocation, door);
        await invocation.Error.WriteLineAsync($"{(changed ? "" : "unchanged: ")}the door is {door.Address}");
        await DoorNotes.WriteAsync(invocation, client, door, cancel);
    }

    /// <summary>Whether anything had to be done.</summary>
    private static async Task<bool> ApplyAsync(Invocation invocation, ControlClient client, ProtectedDoor door, CancellationToken cancel)
    {
        var documents = door.Documents;
        var trial = await ApplyCommand.SendAsync(client, documents, dryRun: true, prune: false, cancel);
        var changes = trial["changes"]!.AsArray().Select(change => change!.AsObject()).Where(change => !Is(change, "unchanged")).ToList();
        if (changes.Count == 0)
        {
            return false;
        }

        if (!changes.Exists(change => Is(change, "created") && Problem.Text(change, "kind") == "Application"))
        {
            await ReplaceAsync(invocation, client, door, changes, cancel);
        }

        await EnsureGroupAsync(client, door.Group, cancel);
        DocumentPlaces.WriteWarnings(invocation.Error, documents, await ApplyCommand.SendAsync(client, documents, dryRun: false, prune: false, cancel));
        return true;
    }

    // The application is there already: what this would do to it is shown when it is wanted, and refused when it is not.
    private static async Task ReplaceAsync(
        Invocation invocation, ControlClient client, ProtectedDoor door, List<JsonObject> changes, CancellationToken cancel)
    {
        if (!invocation.Value(Replace))
        {
            var what = string.Join(" and ", changes.Select(change => $"{(Is(change, "created") ? "add" : "change")} {ResourceText.NameOf(change)}"));
            throw new CommandFailure($"there is a door {door.Name} already, and this would {what}", "choose another --name, or say --replace to see the difference and do it");
        }

        foreach (var change in changes)
        {
            var document = door.Documents.Single(one => Problem.Text(one.Json, "kind") == Problem.Text(change, "kind")).Json;
            var before = Is(change, "created") ? "" : ResourceText.Of(await client.GetAsync(ResourceText.AddressOf(change), cancel));
            await invocation.Error.WriteLineAsync($"{ResourceText.NameOf(change)}:");
            foreach (var line in LineDiff.Of(before, ResourceText.Of(document)).Where(line => line != "- "))
            {
                await invocation.Error.WriteLineAsync("  " + Printable.OneLine(line));
            }
        }
    }

    private static bool Is(JsonObject change, string word) => Problem.Text(change, "change") == word;

    // Made by itself and not by apply, so that no later `apply --prune` takes it, and its members, for its own.
    private static async Task EnsureGroupAsync(ControlClient client, string group, CancellationToken cancel)
    {
        try
        {
            await client.GetAsync($"groups/{group}", cancel);
        }
        catch (CommandFailure failure) when (failure.Status == HttpStatusCode.NotFound)
        {
            await client.PostAsync("groups", new JsonObject { ["name"] = group, ["spec"] = new JsonObject() }, cancel);
        }
    }

    private static async Task PrintAsync(Invocation invocation, ProtectedDoor door)
    {
        if (invocation.Format == OutputFormat.Json)
        {
            invocation.Print(new JsonArray([.. door.Documents.Select(document => document.Json.DeepClone())]));
            return;
        }

        await invocation.Out.WriteAsync(door.Yaml);
    }

    // The name becomes a host label, the group a quoted string in a policy: neither may carry syntax.
    private static string Plain(string option, string text) =>
        text.Length is > 0 and <= 63 && text[0] != '-' && text[^1] != '-' && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? text
            : throw new CommandFailure($"{option} '{text}' is not a plain name", "use lower-case letters, digits and hyphens") { ExitCode = CommandLine.WrongUsage };

    private static Uri AddressOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        ? address
        : throw new CommandFailure($"'{text}' is not an http or https address", "write it as http://127.0.0.1:9000") { ExitCode = CommandLine.WrongUsage };
}
