using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cedar;
using Doorward.Cedar.Residuals;
using Doorward.Cedar.Schemas;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands.Cedar;

/// <summary>`cedar partial`: what policies say of a request of which not everything is known, and what of them is left.</summary>
internal static class CedarPartial
{
    private static readonly Option<FileInfo?> Entities = new("--entities") { Description = "Entities as JSON; all that are not there are missing, unless --unknown names them", HelpName = "FILE" };
    private static readonly Option<FileInfo?> Context = new("--context") { Description = "Context as JSON; what is not there is missing, unless --unknown names it", HelpName = "FILE" };
    private static readonly Option<string> Principal = Required("--principal", "Who asks: User::\"alice\", or User for any", "ENTITY|TYPE");
    private static readonly Option<string> Action = Required("--action", "What for: Action::\"read\"", "ENTITY");
    private static readonly Option<string> Resource = Required("--resource", "On what: Application::\"wiki\", or Application for any", "ENTITY|TYPE");

    private static readonly Option<string[]> Unknown = new("--unknown")
    {
        Description = "What is not known: context, an attribute as context.device, or an entity as User::\"alice\"",
        HelpName = "WHAT",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create() => new Command("partial", "Evaluate policies of which request and entities are partly unknown, and print what is left of them")
    {
        CedarSources.Policies, CedarSources.RequiredSchema, Entities, Context, Principal, Action, Resource, Unknown,
    }.Runs(RunAsync);

    private static async Task RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var action = CedarAuthorize.Uid("--action", invocation.Value(Action)!);
        var schema = await CedarSources.ReadSchemaAsync(invocation.Value(CedarSources.RequiredSchema)!, cancel);
        var policies = await CedarSources.ReadPoliciesAsync(invocation.Value(CedarSources.Policies)!, cancel);
        var entities = await CedarSources.ReadJsonAsync(
            invocation.Value(Entities), CedarJson.ReadEntities("[]"u8, schema).Value!, bytes => CedarJson.ReadEntities(bytes, schema), cancel);
        var context = await CedarSources.ReadJsonAsync(invocation.Value(Context), RecordValue.Empty, bytes => CedarJson.ReadContext(bytes, schema, action), cancel);
        var unknown = (invocation.Value(Unknown) ?? []).ToLookup(what => EntityUid.TryParse(what, out _));
        var request = new PartialRequest(
            Uid(schema, "--principal", invocation.Value(Principal)!), action, Uid(schema, "--resource", invocation.Value(Resource)!), PartialContext(context, [.. unknown[false]]));
        var response = PartialAuthorizer.IsAuthorized(
            schema, policies, new PartialEntityStore(entities, unknown[true].Distinct().Select(what => PartialEntity.Unknown(CedarAuthorize.Uid("--unknown", what)))), request);
        Print(invocation, response);
    }

    private static void Print(Invocation invocation, PartialResponse response)
    {
        var answer = new JsonObject
        {
            ["decision"] = response.Decision switch { Decision.Allow => "allow", Decision.Deny => "deny", _ => "unknown" },
            ["policies"] = new JsonArray([.. response.Policies.Select(Describe)]),
        };
        if (invocation.Format != OutputFormat.Table)
        {
            invocation.Print(answer);
            return;
        }

        invocation.Say($"decision: {answer["decision"]}");
        foreach (var policy in response.Policies)
        {
            invocation.Say($"\n// {policy.Policy.Id}: {Word(policy.State)}{(policy is { State: PolicyState.Residual, MayFail: true } ? ", may fail" : "")}");
            if (policy.Rest is { } rest && policy.State != PolicyState.Satisfied)
            {
                invocation.Say(PolicyFormatter.Format(rest.ToString(), CedarSources.Limits).Text!.TrimEnd('\n'));
            }
        }
    }

    private static JsonObject Describe(PolicyResidual policy)
    {
        var json = new JsonObject { ["policy"] = policy.Policy.Id, ["state"] = Word(policy.State), ["mayFail"] = policy.MayFail };
        if (policy.Rest is { } rest)
        {
            json["cedar"] = rest.ToString();
            json["json"] = JsonNode.Parse(PolicyJson.Write(rest), documentOptions: new() { MaxDepth = 1 << 16 });
        }

        return json;
    }

    private static string Word(PolicyState state) => state switch
    {
        PolicyState.Satisfied => "satisfied",
        PolicyState.NotSatisfied => "not satisfied",
        PolicyState.Error => "error",
        _ => "residual",
    };

    private static PartialUid Uid(Schema schema, string option, string text)
    {
        if (!text.Contains('"', StringComparison.Ordinal))
        {
            return schema.EntityTypes.ContainsKey(text) ? PartialUid.OfType(text)
                : throw new CommandFailure($"{option} '{text}' is neither an entity nor a type of the schema", "write it as User::\"alice\" or User") { ExitCode = CommandLine.WrongUsage };
        }

        var uid = CedarAuthorize.Uid(option, text);
        return schema.EntityTypes.ContainsKey(uid.Type) ? uid : throw new CommandFailure($"{option}: the schema has no entity type {uid.Type}", "check its spelling");
    }

    private static PartialRecord PartialContext(RecordValue known, string[] unknown)
    {
        const string Prefix = "context.";
        if (unknown.FirstOrDefault(what => what != "context" && !what.StartsWith(Prefix, StringComparison.Ordinal)) is { } other)
        {
            throw new CommandFailure($"--unknown '{other}' is nothing that can be unknown", "write context, context.NAME or User::\"alice\"") { ExitCode = CommandLine.WrongUsage };
        }

        return unknown.Contains("context") ? PartialRecord.Only(known) : PartialRecord.Except(known, unknown.Select(what => what[Prefix.Length..]));
    }

    private static Option<string> Required(string name, string description, string help) => new(name) { Description = description, HelpName = help, Required = true };
}
