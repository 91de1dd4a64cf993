using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Doorward.Cli.Documents;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`user`: people. Passwords and TOTP secrets come from stdin and files, never from arguments.</summary>
internal static class UserCommand
{
    private static readonly Argument<string> Name = new("name") { Description = "The user's name, as policies say it", HelpName = "NAME" };
    private static readonly Option<string?> Email = new("--email") { Description = "E-mail address", HelpName = "E" };
    private static readonly Option<bool> PasswordStdin = new("--password-stdin") { Description = "Read the password from stdin (its first line)" };
    private static readonly Option<FileInfo?> TotpSecretFile = new("--totp-secret-file") { Description = "File with the TOTP secret in base32", HelpName = "FILE" };
    private static readonly Option<bool> Replace = new("--replace") { Description = "Replace the credentials of a user who exists; passkeys and recovery codes go" };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why: the person is told it, and the audit log is", HelpName = "TEXT" };
    private static readonly Option<bool> Service = new("--service") { Description = "Add a service account: it has tokens (`token create`) and never signs in" };

    public static Command Create() => new("user", "People who sign in, and service accounts")
    {
        new Command("add", "Add a user, with imported credentials if given, or a service account") { Name, Email, PasswordStdin, TotpSecretFile, Replace, Service }.Runs(AddAsync),
        new Command("invite", "Print a link with which a user enrols, once, within 24 hours; adds the user if there is none") { Name }.Runs(InviteAsync),
        new Command("remove-credentials", "Take away all that a user signs in with, passkeys and links too, and end the user's sessions") { Name, Reason }.Runs(RemoveAsync),
        UserChanges.Set(),
        UserChanges.Disable(),
        UserChanges.Enable(),
        UserQueries.List(),
        UserQueries.Show(),
    };

    private static async Task AddAsync(Invocation invocation, CancellationToken cancel)
    {
        var (name, email) = (invocation.Value(Name), invocation.Value(Email));
        if (invocation.Value(Service))
        {
            await AddServiceAsync(invocation, name, cancel);
            return;
        }

        var credentials = CredentialsOf(invocation);
        using var client = invocation.Connect();
        if (credentials is null)
        {
            if (invocation.Value(Replace))
            {
                throw new CommandFailure("--replace of what?", "give --password-stdin, --totp-secret-file or both") { ExitCode = CommandLine.WrongUsage };
            }

            await client.PostAsync("users", new JsonObject { ["name"] = name, ["spec"] = Given("email", email) }, cancel);
            invocation.Report($"added {name}, who cannot sign in yet: run `doorward user invite {name}`", Result(name, "added"));
            return;
        }

        // One call makes the user and sets the credentials: names are never reused, so nothing here takes a user back.
        foreach (var (member, value) in Given("email", email))
        {
            credentials[member] = value?.DeepClone();
        }

        credentials["replace"] = invocation.Value(Replace);
        await client.PostAsync($"users/{Uri.EscapeDataString(name)}/credentials", credentials, cancel);
        var replaced = invocation.Value(Replace);
        invocation.Report(replaced ? $"replaced the credentials of {name}" : $"added {name}", Result(name, replaced ? "replaced" : "added"));
    }

    private static async Task AddServiceAsync(Invocation invocation, string name, CancellationToken cancel)
    {
        if (invocation.Value(Email) is not null || invocation.Value(PasswordStdin) || invocation.Value(TotpSecretFile) is not null || invocation.Value(Replace))
        {
            throw new CommandFailure("a service account has no credentials and no address", "give --service alone, then make a token for it") { ExitCode = CommandLine.WrongUsage };
        }

        using var client = invocation.Connect();
        await client.PostAsync("users", new JsonObject { ["name"] = name, ["spec"] = new JsonObject { ["service"] = true } }, cancel);
        invocation.Report($"added the service account {name}: policies call it Service::\"{name}\"; next, `doorward token create --user {name} --application NAME`", Result(name, "added"));
    }

    private static JsonObject Result(string name, string change) => new() { ["name"] = name, ["change"] = change };

    private static JsonObject Given(string member, string? value) => value is null ? [] : new JsonObject { [member] = value };

    private static JsonObject? CredentialsOf(Invocation invocation)
    {
        var credentials = new JsonObject();
        if (invocation.Value(PasswordStdin))
        {
            credentials["password"] = FirstLine(TextFile.Read(TextFile.Stdin)) is { Length: > 0 } password
                ? password
                : throw new CommandFailure("stdin holds no password", "write it on the first line");
        }

        if (invocation.Value(TotpSecretFile) is { } file)
        {
            credentials["totpSecret"] = TextFile.Read(file.FullName).Trim();
        }

        return credentials.Count == 0 ? null : credentials;
    }

    private static string FirstLine(string text) => text.Split('\n')[0].TrimEnd('\r');

    private static async Task RemoveAsync(Invocation invocation, CancellationToken cancel)
    {
        var name = invocation.Value(Name);
        using var client = invocation.Connect();
        var reason = invocation.Value(Reason) is { } why ? $"?reason={Uri.EscapeDataString(why)}" : "";
        await client.DeleteAsync($"users/{Uri.EscapeDataString(name)}/credentials{reason}", cancel);
        invocation.Report($"removed the credentials of {name}, who cannot sign in now: run `doorward user invite {name}`", Result(name, "removed"));
    }

    private static async Task InviteAsync(Invocation invocation, CancellationToken cancel)
    {
        var name = invocation.Value(Name);
        using var client = invocation.Connect();
        JsonNode invitation;
        try
        {
            invitation = await client.PostAsync(Invitation(name), null, cancel);
        }
        catch (CommandFailure nobody) when (nobody.Status == HttpStatusCode.NotFound)
        {
            await client.PostAsync("users", new JsonObject { ["name"] = name, ["spec"] = new JsonObject() }, cancel);
            await invocation.Error.WriteLineAsync($"{name} is new here and was added");
            invitation = await client.PostAsync(Invitation(name), null, cancel);
        }

        invocation.Print(invitation, new Column("LINK", "link"), new Column("EXPIRES", "expires"));
    }

    private static string Invitation(string name) => $"users/{Uri.EscapeDataString(name)}/invitation";
}
