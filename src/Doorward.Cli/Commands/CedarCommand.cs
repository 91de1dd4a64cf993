using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cedar;
using Doorward.Cli.Documents;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`cedar`: the policy language by itself, on files, without an installation.</summary>
internal static class CedarCommand
{
    private static readonly Option<FileInfo> Policies = new("--policies", "-p") { Description = "Cedar policies", HelpName = "FILE", Required = true };
    private static readonly Option<FileInfo?> Entities = new("--entities") { Description = "Entities as JSON", HelpName = "FILE" };
    private static readonly Option<FileInfo?> Context = new("--context") { Description = "Context as JSON", HelpName = "FILE" };
    private static readonly Option<string> Principal = Entity("--principal", "Who asks: User::\"alice\"");
    private static readonly Option<string> Action = Entity("--action", "What for: Action::\"read\"");
    private static readonly Option<string> Resource = Entity("--resource", "On what: Application::\"wiki\"");

    public static Command Create() => new("cedar", "The Cedar policy language by itself")
    {
        new Command("authorize", "Decide one request by policies and entities; exit code 1 is a denial")
        {
            Policies, Entities, Context, Principal, Action, Resource,
        }.Returns(AuthorizeAsync),
        CedarFormat.Create(),
    };

    private static async Task<int> AuthorizeAsync(Invocation invocation, CancellationToken cancel)
    {
        var policies = ReadPolicies(invocation.Value(Policies)!);
        var entities = await ReadAsync(invocation.Value(Entities), EntityStore.Empty, bytes => CedarJson.ReadEntities(bytes), cancel);
        var context = await ReadAsync(invocation.Value(Context), RecordValue.Empty, bytes => CedarJson.ReadContext(bytes), cancel);
        var request = new AuthorizationRequest(
            Uid("--principal", invocation.Value(Principal)!), Uid("--action", invocation.Value(Action)!), Uid("--resource", invocation.Value(Resource)!), context);

        var response = Authorizer.IsAuthorized(policies, entities, request);
        var answer = new JsonObject
        {
            ["decision"] = response.Decision == Decision.Allow ? "allow" : "deny",
            ["reasons"] = new JsonArray([.. response.Reasons.Select(reason => JsonValue.Create(reason))]),
            ["errors"] = new JsonArray([.. response.Errors.Select(error => JsonValue.Create(error.ToString()))]),
        };
        invocation.Print(answer, new Column("DECISION", "decision"), new Column("REASONS", "reasons"), new Column("ERRORS", "errors"));
        return response.Decision == Decision.Allow ? CommandLine.Done : CommandLine.Failed;
    }

    private static PolicySet ReadPolicies(FileInfo file)
    {
        var result = PolicySet.Parse(TextFile.Read(file.FullName));
        return result.PolicySet ?? throw CedarFormat.Wrong(file.FullName, result.Errors);
    }

    private static async Task<T> ReadAsync<T>(FileInfo? file, T absent, Func<byte[], JsonReadResult<T>> read, CancellationToken cancel)
        where T : class
    {
        if (file is null)
        {
            return absent;
        }

        var result = read(await File.ReadAllBytesAsync(file.FullName, cancel));
        return result.Success ? result.Value! : throw new CommandFailure(result.Error!.Message, "correct it there", $"{file.FullName}: {result.Error.Path}");
    }

    private static EntityUid Uid(string option, string text) => EntityUid.TryParse(text, out var uid)
        ? uid
        : throw new CommandFailure($"{option} '{text}' is not the name of an entity", "write it as User::\"alice\"") { ExitCode = CommandLine.WrongUsage };

    private static Option<string> Entity(string name, string description) => new(name) { Description = description, HelpName = "ENTITY", Required = true };
}
