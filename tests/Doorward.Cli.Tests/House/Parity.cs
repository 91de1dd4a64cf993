using System.CommandLine;
using Doorward.Cli.Tests.Commands;
using Doorward.Testing.Administration;

namespace Doorward.Cli.Tests.House;

/// <summary>What the console can do, the API and the command line can do: each against the one table of the API's calls.</summary>
public class Parity
{
    // What is edited in one piece of code.
    private static readonly string[] OfDocuments = ["applications", "policies", "users", "posturerules", "postureproviders"];
    private static readonly string[] OfOneDocument = [.. OfDocuments.Select(static kind => $"{kind}/{{}}")];

    // Calls whose path does not stand where they are made, and what they come to.
    private static readonly Dictionary<(string File, string Target), string[]> Elsewhere = new()
    {
        [("Components/ListTable.razor.cs", "Paged(asked, limit, null)")] = [],
        [("Components/ListTable.razor.cs", "Paged(asked, LaterPages, cursor)")] = [],
        [("Grants/GrantTable.razor", "Path")] = [],
        [("Grants/GrantsPage.razor", "Path")] = ["grants"],
        [("Sessions/SessionsPage.razor", "Path")] = ["sessions"],
        [("Sessions/SessionPage.razor", "path")] = ["sessions/{}"],
        [("Sessions/SessionPage.razor", "Records")] = ["audit/records"],
        [("Applications/ApplicationsPage.razor", "Path")] = ["applications"],
        [("Policies/PoliciesPage.razor", "Path")] = ["published-policies"],
        [("Policies/PolicyPage.razor.cs", "path")] = ["policies/test", "policies/simulate", "policies/check"],
        [("People/PeoplePage.razor", "Path")] = ["people"],
        [("People/GroupsPage.razor", "Path")] = ["groups"],
        [("People/GroupPage.razor", "Address")] = ["groups/{}"],
        [("People/PersonGroups.razor", "address")] = ["groups/{}"],
        [("Decisions/DecisionsPage.razor", "Path")] = ["decisions"],
        [("Decisions/DecisionPage.razor", "path")] = ["decisions/{}/explanation"],
        [("Audit/AuditPage.razor", "Path")] = ["audit/records"],
        [("Devices/DevicesPage.razor", "Path")] = ["devices"],
        [("Devices/DevicePage.razor", "History")] = ["devices/{}/history"],
        [("Devices/DevicePage.razor", "Sessions")] = ["sessions"],
        [("Devices/DevicePage.razor", "$\"{Address}/{act}\"")] = ["devices/{}/hold", "devices/{}/release", "devices/{}/retire", "devices/{}/rename"],
        [("Devices/PostureRulesPage.razor", "Path")] = ["posturerules"],
        [("Devices/ProvidersPage.razor", "Path")] = ["postureproviders"],
        [("Documents/OpenDocument.cs", "plural")] = OfDocuments,
        [("Documents/OpenDocument.cs", "AddressOf(name)")] = OfOneDocument,
        [("Documents/OpenDocument.cs", "AddressOf(before.Name)")] = OfOneDocument,
        [("Documents/OpenDocument.cs", "$\"{AddressOf(name)}?reason={Uri.EscapeDataString(reason)}\"")] = OfOneDocument,
        [("Palette/PaletteFind.cs", "$\"{Path}&search={Uri.EscapeDataString(text)}\"")] =
            ["people", "groups", "applications", "connectors", "published-policies", "devices", "posturerules", "postureproviders", "sessions"],
        [("Editor/CedarEditor.razor.cs", "Assist")] = ["policies/assist", "devices/compliance/assist"],
    };

    // Commands that do not speak to the admin API, and why.
    private static readonly Dictionary<string, string> Apart = new()
    {
        ["up"] = "is the product",
        ["control-plane"] = "is a part of it",
        ["restore"] = "works on files of what does not run",
        ["reset"] = "works on files of what does not run",
        ["trust"] = "changes this machine's trust",
        ["login"] = "keeps a token for later calls",
        ["logout"] = "forgets it",
        ["bench"] = "makes an installation of its own",
        ["demo"] = "reads the demo's own file",
        ["completion"] = "prints a script",
        ["cedar"] = "is the policy language by itself",
        ["doctor"] = "looks at this machine",
        ["policy format"] = "lays out files",
        ["policy schema"] = "prints what ships",
        ["audit verify"] = "reads the log's files",
        ["audit export"] = "reads the log's files",
        ["audit tail"] = "reads the log's files",
        ["protect"] = "is status, apply and who-can",
        ["user disable"] = "is what `user set` does, of one flag",
        ["user enable"] = "is what `user set` does, of one flag",
        ["device check"] = "is `device try` of a document",
        ["policy diff"] = "is two versions compared",
    };

    [Fact]
    public void Each_call_that_the_console_makes_is_in_the_table_with_a_command_that_does_the_same_or_a_reason_why_none_does()
    {
        var calls = SourceCalls.Of("src/Doorward.Console/");
        Assert.True(calls.Count > 50, $"found only {calls.Count} calls");
        var wrong = new List<string>();
        var seen = new HashSet<(string, string)>();
        foreach (var call in calls)
        {
            var key = (call.File["src/Doorward.Console/".Length..], call.Target);
            var paths = Elsewhere.TryGetValue(key, out var known) ? known : call.Path is { } path ? [path] : null;
            seen.Add(key);
            if (paths is null) wrong.Add($"{call.File}: where does {call.Method} {call.Target} go? Write it into the table of this test");
            foreach (var one in paths ?? [])
            {
                if (!ApiActs.All.Any(act => act.Is(call.Method, one))) wrong.Add($"{call.File}: {call.Method} {one} is no call of the API");
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
        Assert.Empty(Elsewhere.Keys.Except(seen));
    }

    [Fact]
    public void Each_call_of_the_api_has_a_command_or_a_reason_why_it_has_none() => Assert.Empty(
        ApiActs.All.Where(static act => act.Command is null == act.NoCommand is null).Select(static act => $"{act.Endpoint}: say which command makes it, or why none does"));

    [Fact]
    public async Task Each_command_of_the_table_makes_its_call_and_every_command_that_calls_is_in_it()
    {
        await using var peer = await AdministrationPeer.StartAsync();
        var files = new Dictionary<string, string>
        {
            ["FILE"] = Path.Combine(peer.Data.FullName, "policy.yaml"),
            ["SECRET"] = Path.Combine(peer.Data.FullName, "secret"),
        };
        await File.WriteAllTextAsync(files["FILE"], "kind: Policy\nname: p\ncedar: permit (principal, action, resource);\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(files["SECRET"], "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", TestContext.Current.CancellationToken);
        var (wrong, used) = (new List<string>(), new HashSet<string>());
        var root = Root();
        foreach (var act in ApiActs.All.Where(static act => act.Command is not null))
        {
            string[] words = [.. act.Command!.Split(' ').Select(word => files.GetValueOrDefault(word, word))];
            used.Add(NameOf(root.Parse(words).CommandResult.Command));
            peer.Asked.Clear();
            // What comes before it is answered as if it were there.
            peer.Answers("GET /status", 200, "{}").Answers("GET /overview", 200, "{}").Answers("GET /settings", 200, """{"version":1,"spec":{"absoluteTimeout":"1h","confirmation":"1h","idleTimeout":"1h","lease":"1h","strictLease":"1h","timeZone":"1h"}}""")
                .Answers("GET /users/bob", 200, """{"kind":"User","name":"bob","version":1,"spec":{}}""");
            var said = await peer.RunAsync(words);
            wrong.AddRange(peer.Asked.Where(static asked => !ApiActs.All.Any(known => known.Is(asked.Split(' ')[0], asked.Split(' ')[1]))).Select(asked => $"`{act.Command}` calls {asked}, which is no call of the API"));
            if (!peer.Asked.Any(asked => act.Is(asked.Split(' ')[0], asked.Split(' ')[1]))) wrong.Add($"`{act.Command}` does not call {act.Endpoint}: {string.Join(", ", peer.Asked)} {said.Error}");
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
        var others = Leaves(root).Select(NameOf).Except(used).Where(static name => !Apart.ContainsKey(name) && !Apart.ContainsKey(name.Split(' ')[0]));
        Assert.Equal([], others);
    }

    private static RootCommand Root()
    {
        var root = new RootCommand();
        GlobalOptions.AddTo(root);
        foreach (var noun in Nouns.All()) root.Add(noun);
        return root;
    }

    private static IEnumerable<Command> Leaves(Command command) => command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);

    private static string NameOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault(static parent => parent is not RootCommand) is { } parent ? $"{NameOf(parent)} {command.Name}" : command.Name;
}
