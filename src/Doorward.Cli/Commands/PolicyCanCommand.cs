using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`policy can`: would they get in, were it so?</summary>
internal static class PolicyCanCommand
{
    private const string Nobody = "anonymous";

    private static readonly Argument<string> User = new("user") { Description = $"Who asks; {Nobody} for nobody who has signed in", HelpName = "USER" };
    private static readonly Argument<string> Application = new("application") { Description = "For what", HelpName = "APP" };
    private static readonly Option<string?> Action = PolicyCommand.ActionOption();
    private static readonly Option<string[]> Groups = new("--groups") { Description = "As if these were all their groups", HelpName = "G", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int?> Assurance = new Option<int?>("--assurance") { Description = "How they signed in: 1 password, 2 two factors, 3 phishing-resistant [default: 2]", HelpName = "1|2|3" }.Within(1, 3);
    private static readonly Option<string[]> Methods = new("--methods") { Description = "Signed in with these (RFC 8176: pwd, otp, hwk, mfa, ...) [default: those usual for the assurance]", HelpName = "M", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<bool> Service = new("--service") { Description = "USER is a service account, there or to be, and comes with a token" };
    private static readonly Option<int?> Hour = new Option<int?>("--hour") { Description = "At this hour of their day", HelpName = "0-23" }.Within(0, 23);
    private static readonly Option<int?> Weekday = new Option<int?>("--weekday") { Description = "On this day of their week, 1 is Monday", HelpName = "1-7" }.Within(1, 7);
    private static readonly Option<string> SignInAge = new("--sign-in-age") { Description = "How long ago they signed in: 30s, 15m, 8h [default: just now]", HelpName = "AGE" };
    private static readonly Option<string> Address = new("--address") { Description = "From where", HelpName = "IP" };
    private static readonly Option<string> Network = new("--network") { Description = "From within a named network", HelpName = "NAME" };
    private static readonly Option<string[]> Device = Facts();
    private static readonly Option<int?> Risk = new Option<int?>("--risk") { Description = "At what risk", HelpName = "0-100" }.Within(0, 100);
    private static readonly Option<string> At = new("--at") { Description = "When, as 2030-01-31T22:15+01:00 [default: now, where they are]", HelpName = "TIME" };
    private static readonly Option<string> Method = new("--method") { Description = "With which HTTP method [default: GET or POST]", HelpName = "M" };
    private static readonly Option<string> Path = new("--path") { Description = "At which path [default: /]", HelpName = "PATH" };

    private static readonly Option<string> Target = new("--target") { Description = "To which host and port, for an application with tcp targets [default: its first]", HelpName = "HOST:PORT" };
    private static readonly Option<string> Login = new("--login") { Description = "For an SSH certificate with this login name", HelpName = "NAME" };

    public static Command Create() =>
        new Command("can", "Ask whether a user may use an application, and what it would take; exit codes: 0 allow, 1 deny, 3 no answer (no such user, application or target)")
        {
            User, Service, Application, Action, Groups, Assurance, Methods, SignInAge, Address, Network, Device, Risk, At, Hour, Weekday, Method, Path, Target, Login,
        }.Returns(RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var answer = await AskAsync(client, Question(invocation), cancel);
        if (invocation.Format == OutputFormat.Table)
        {
            YamlWriter.Write(invocation.Out, answer);
        }
        else
        {
            invocation.Print(answer);
        }

        return "allow".Equals(Connection.Problem.Text(answer as JsonObject, "decision"), StringComparison.OrdinalIgnoreCase) ? CommandLine.Done : CommandLine.Failed;
    }

    private static JsonObject Question(Invocation invocation)
    {
        var question = new JsonObject { ["application"] = invocation.Value(Application) };
        if (invocation.Value(User) == Nobody)
        {
            question["anonymous"] = true;
        }
        else
        {
            question[invocation.Value(Service) ? "service" : "user"] = invocation.Value(User);
        }

        foreach (var (field, text) in ((string, string?)[])
            [("signInAge", invocation.Value(SignInAge)), ("address", invocation.Value(Address)), ("network", invocation.Value(Network)),
             ("action", invocation.Value(Action)), ("at", invocation.Value(At)), ("method", invocation.Value(Method)), ("path", invocation.Value(Path))])
        {
            if (text is not null)
            {
                question[field] = text;
            }
        }

        foreach (var (field, number) in ((string, int?)[])[("assurance", invocation.Value(Assurance)), ("hour", invocation.Value(Hour)), ("weekday", invocation.Value(Weekday))])
        {
            if (number is not null)
            {
                question[field] = number;
            }
        }

        foreach (var (field, texts) in ((string, string[]?)[])[("groups", invocation.Value(Groups)), ("methods", invocation.Value(Methods))])
        {
            if (texts is { Length: > 0 })
            {
                question[field] = new JsonArray([.. texts.Select(text => JsonValue.Create(text))]);
            }
        }

        if (invocation.Value(Device) is { Length: > 0 } facts)
        {
            question["device"] = new JsonObject(facts.Distinct(StringComparer.Ordinal).Select(fact => KeyValuePair.Create(fact, (JsonNode?)JsonValue.Create(true))));
        }

        if (invocation.Value(Risk) is { } risk)
        {
            question["risk"] = new JsonObject { ["score"] = risk };
        }

        if (Tunnel(invocation) is { Count: > 0 } tunnel)
        {
            question["tunnel"] = tunnel;
        }

        return question;
    }

    private static JsonObject Tunnel(Invocation invocation)
    {
        var tunnel = new JsonObject();
        if (invocation.Value(Login) is { } login)
        {
            tunnel["login"] = login;
        }

        if (invocation.Value(Target) is not { } target)
        {
            return tunnel;
        }

        var colon = target.LastIndexOf(':');
        if (colon < 1 || !int.TryParse(target.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw new CommandFailure($"'{Core.Applications.Shown.Text(target)}' is not a host and a port", "write --target db.internal:5432") { ExitCode = CommandLine.WrongUsage };
        }

        (tunnel["host"], tunnel["port"]) = (target[..colon].Trim('[', ']'), port);
        return tunnel;
    }

    // A script must be able to tell a denial from a question that could not be asked.
    private static async Task<JsonNode> AskAsync(Connection.ControlClient client, JsonObject question, CancellationToken cancel)
    {
        try
        {
            return await client.PostAsync("access/can", question, cancel);
        }
        catch (CommandFailure failure)
        {
            throw failure.With(CommandLine.NoAnswer);
        }
    }

    private static Option<string[]> Facts()
    {
        var option = new Option<string[]>("--device") { Description = "On a device of which this is so; what is not said is not so", HelpName = "FACT", AllowMultipleArgumentsPerToken = true };
        return option.AcceptOnlyFromAmong("managed", "seen", "bound", "compliant");
    }
}
