using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Documents;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`get`: resources as they are; with `-o yaml` in the form that `apply` takes.</summary>
internal static class GetCommand
{
    private static readonly Argument<string> Kind = KindArgument.Create();
    private static readonly Argument<string?> Name = new("name") { Description = "One of them [default: all]", HelpName = "NAME", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<string?> Search = new("--search") { Description = "Only those with this in their name; an application's hosts, upstreams and labels count too, and a user's address", HelpName = "TEXT" };

    public static Command Create() => new Command("get", "Show all resources of a kind, or with a NAME one of them") { Kind, Name, Search }.Runs(RunAsync);

    private static async Task RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var plural = Kinds.PluralOf(invocation.Value(Kind));
        using var client = invocation.Connect();
        JsonNode result = invocation.Value(Name) is { } name
            ? await client.GetAsync($"{plural}/{Uri.EscapeDataString(name)}", cancel)
            : await client.ListAsync(plural + Query(invocation), cancel);
        foreach (var item in ResultWriter.Items(result))
        {
            SayHowMany(item);
        }

        invocation.Print(result, [new("NAME", "name"), .. ColumnsOf(plural), new("VERSION", "version")]);
    }

    // A table is looked at; what is kept as documents and applied again must be whole.
    private static string Query(Invocation invocation)
    {
        var search = invocation.Value(Search) is { } text ? $"search={Uri.EscapeDataString(text)}" : null;
        var query = string.Join('&', new[] { invocation.Format == OutputFormat.Table ? "brief=true" : null, search }.OfType<string>());
        return query.Length == 0 ? "" : "?" + query;
    }

    private static void SayHowMany(JsonNode item)
    {
        foreach (var (field, count) in item["counts"] as JsonObject ?? [])
        {
            if (item["spec"]?[field] is JsonArray shown)
            {
                shown.Add($"and {count!.GetValue<int>() - shown.Count} more");
            }
        }
    }

    private static Column[] ColumnsOf(string plural) => plural switch
    {
        "applications" => [new("HOSTS", "spec.hosts"), new("UPSTREAM", "spec.upstream"), new("CONNECTOR", "spec.connector"), new("TCP", "spec.tcp"), new("LABELS", "spec.labels")],
        "groups" => [new("MEMBERS", "spec.members"), new("GROUPS", "spec.groups")],
        "users" => [new("EMAIL", "spec.email"), new("DISABLED", "spec.disabled")],
        "policies" => [new("REPORT-ONLY", "spec.reportOnly"), new("CEDAR", "spec.cedar") { Width = 90 }],
        "networks" => [new("RANGES", "spec.ranges")],
        "identityproviders" => [new("ISSUER", "spec.issuer"), new("DISABLED", "spec.disabled")],
        "posturerules" => [new("WHEN", "spec.when"), new("SEVERITY", "spec.severity")],
        "connectors" => [new("DESCRIPTION", "spec.description"), new("LABELS", "spec.labels")],
        "oidcclients" => [new("REDIRECT-URIS", "spec.redirectUris")],
        _ => [],
    };
}

/// <summary>The argument that names a kind, with its completions.</summary>
internal static class KindArgument
{
    public static Argument<string> Create()
    {
        var argument = new Argument<string>("kind") { Description = string.Join(", ", Kinds.Names), HelpName = "KIND" };
        argument.CompletionSources.Add(_ => Kinds.PluralNames.Select(name => new System.CommandLine.Completions.CompletionItem(name)));
        return argument;
    }
}
