using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cedar;
using Doorward.Cedar.Validation;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands.Cedar;

/// <summary>`cedar authorize`: one request by policies and entities; the exit code 1 is a denial.</summary>
internal static class CedarAuthorize
{
    private static readonly Option<FileInfo?> Entities = new("--entities") { Description = "Entities as JSON", HelpName = "FILE" };
    private static readonly Option<FileInfo?> Context = new("--context") { Description = "Context as JSON", HelpName = "FILE" };
    private static readonly Option<string> Principal = Entity("--principal", "Who asks: User::\"alice\"");
    private static readonly Option<string> Action = Entity("--action", "What for: Action::\"read\"");
    private static readonly Option<string> Resource = Entity("--resource", "On what: Application::\"wiki\"");

    public static Command Create() => new Command("authorize", "Decide one request by policies and entities; exit code 1 is a denial")
    {
        CedarSources.Policies, CedarSources.Schema, Entities, Context, Principal, Action, Resource,
    }.Returns(RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var action = Uid("--action", invocation.Value(Action)!);
        var schema = invocation.Value(CedarSources.Schema) is { } file ? await CedarSources.ReadSchemaAsync(file, cancel) : null;
        var policies = await CedarSources.ReadPoliciesAsync(invocation.Value(CedarSources.Policies)!, cancel);
        var entities = await CedarSources.ReadJsonAsync(
            invocation.Value(Entities), EntityStore.Empty, bytes => schema is null ? CedarJson.ReadEntities(bytes) : CedarJson.ReadEntities(bytes, schema), cancel);
        var context = await CedarSources.ReadJsonAsync(
            invocation.Value(Context), RecordValue.Empty, bytes => schema is null ? CedarJson.ReadContext(bytes) : CedarJson.ReadContext(bytes, schema, action), cancel);
        var request = new AuthorizationRequest(Uid("--principal", invocation.Value(Principal)!), action, Uid("--resource", invocation.Value(Resource)!), context);
        if (schema is not null && RequestValidator.Validate(schema, request).Concat(RequestValidator.Validate(schema, entities.Entities)).FirstOrDefault() is { } error)
        {
            throw new CommandFailure(error.Message, "make it agree with the schema", error.Path);
        }

        var response = Authorizer.IsAuthorized(policies, entities, request);
        var answer = new JsonObject
        {
            ["decision"] = response.Decision == Decision.Allow ? "allow" : "deny",
            ["reasons"] = new JsonArray([.. response.Reasons.Select(reason => JsonValue.Create(reason))]),
            ["errors"] = new JsonArray([.. response.Errors.Select(failure => JsonValue.Create(failure.ToString()))]),
        };
        invocation.Print(answer, new Column("DECISION", "decision"), new Column("REASONS", "reasons"), new Column("ERRORS", "errors"));
        return response.Decision == Decision.Allow ? CommandLine.Done : CommandLine.Failed;
    }

    internal static EntityUid Uid(string option, string text) => EntityUid.TryParse(text, out var uid)
        ? uid
        : throw new CommandFailure($"{option} '{text}' is not the name of an entity", "write it as User::\"alice\"") { ExitCode = CommandLine.WrongUsage };

    private static Option<string> Entity(string name, string description) => new(name) { Description = description, HelpName = "ENTITY", Required = true };
}
