using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Doorward.Cli.Connection;
using Doorward.Cli.Documents;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`protect`: the first door in one line. Prints the YAML it applied, to keep and to change.</summary>
internal static class ProtectCommand
{
    private static readonly Argument<string> Upstream = new("url") { Description = "Where the application listens", HelpName = "URL" };
    private static readonly Option<string> Name = new("--name") { Description = "Name of the door, and its host below the domain", HelpName = "N", Required = true };
    private static readonly Option<string> Group = new("--group") { Description = "Who may pass, after two factors", HelpName = "G", Required = true };

    public static Command Create() => new Command("protect", "Put a door in front of an application") { Upstream, Name, Group }.Runs(RunAsync);

    private static async Task RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var (upstream, name, group) = (invocation.Value(Upstream), invocation.Value(Name)!, invocation.Value(Group)!);
        RequirePlain("--name", name);
        RequirePlain("--group", group);
        if (!Uri.TryCreate(upstream, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new CommandFailure($"'{upstream}' is not an http or https address", "write it as http://127.0.0.1:9000") { ExitCode = CommandLine.WrongUsage };
        }

        using var client = invocation.Connect();
        var yaml = await IsMissingAsync(client, group, cancel) ? EmptyGroup(group) + "---\n" : "";
        yaml += Door(name, group, address, await DomainAsync(client, invocation.Data, cancel));
        var documents = DocumentReader.Read("protect", yaml);
        await ApplyCommand.SendAsync(client, documents, dryRun: false, prune: false, cancel);
        if (invocation.Format == OutputFormat.Json)
        {
            invocation.Print(new JsonArray([.. documents.Select(document => document.Json.DeepClone())]));
            return;
        }

        await invocation.Out.WriteAsync(yaml);
    }

    private static string EmptyGroup(string group) =>
        $"""
        kind: Group
        name: {group}
        members: []

        """;

    private static string Door(string name, string group, Uri upstream, string domain) =>
        $$"""
        kind: Application
        name: {{name}}
        hosts: [{{name}}.{{domain}}]
        upstream: {{upstream.GetLeftPart(UriPartial.Path).TrimEnd('/')}}
        ---
        kind: Policy
        name: {{name}}-for-{{group}}
        cedar: |
          permit (principal in Group::"{{group}}", action in Action::"access", resource == Application::"{{name}}")
          when { context.session.assurance >= 2 };

        """;

    // The name becomes a host label, the group a quoted string in a policy: neither may carry syntax.
    private static void RequirePlain(string option, string text)
    {
        if (text.Length is 0 or > 63 || text[0] == '-' || text[^1] == '-' || !text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            throw new CommandFailure($"{option} '{text}' is not a plain name", "use lower-case letters, digits and hyphens") { ExitCode = CommandLine.WrongUsage };
        }
    }

    private static async Task<bool> IsMissingAsync(ControlClient client, string group, CancellationToken cancel)
    {
        try
        {
            await client.GetAsync($"groups/{group}", cancel);
            return false;
        }
        catch (CommandFailure failure) when (failure.Status == HttpStatusCode.NotFound)
        {
            return true;
        }
    }

    private static async Task<string> DomainAsync(ControlClient client, DirectoryInfo data, CancellationToken cancel)
    {
        var status = await client.GetAsync("status", cancel);
        return status["domain"]?.GetValue<string>() ?? ServerFile.Read(data)?.Domain
            ?? throw new CommandFailure("the installation does not say its domain", "use `doorward apply` and name the host");
    }
}
