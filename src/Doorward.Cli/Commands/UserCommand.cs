using System.CommandLine;
using System.Net;
using System.Text.Json.Nodes;
using Doorward.Cli.Connection;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`user`: people. Passwords and TOTP secrets come from stdin and files, never from arguments.</summary>
internal static class UserCommand
{
    private static readonly Argument<string> Name = new("name") { Description = "The user's name, as policies say it", HelpName = "NAME" };
    private static readonly Option<string?> Email = new("--email") { Description = "E-mail address", HelpName = "E" };
    private static readonly Option<bool> PasswordStdin = new("--password-stdin") { Description = "Read the password from stdin (its first line)" };
    private static readonly Option<FileInfo?> TotpSecretFile = new("--totp-secret-file") { Description = "File with the TOTP secret in base32", HelpName = "FILE" };
    private static readonly Option<bool> Replace = new("--replace") { Description = "Replace the credentials of a user who exists" };

    public static Command Create() => new("user", "People who sign in")
    {
        new Command("add", "Add a user, with imported credentials if given") { Name, Email, PasswordStdin, TotpSecretFile, Replace }.Runs(AddAsync),
        new Command("invite", "Print a link with which a user enrols, once, within 24 hours") { Name }.Runs(InviteAsync),
    };

    private static async Task AddAsync(Invocation invocation, CancellationToken cancel)
    {
        var (name, replace) = (invocation.Value(Name), invocation.Value(Replace));
        var credentials = await CredentialsAsync(invocation, replace, cancel);
        using var client = invocation.Connect();
        var created = await CreateAsync(client, name, invocation.Value(Email), replace, cancel);
        if (credentials is not null)
        {
            try
            {
                await client.PostAsync($"users/{Uri.EscapeDataString(name)}/credentials", credentials, cancel);
            }
            catch (CommandFailure) when (created)
            {
                // All or nothing: a user without the credentials that were asked for is not what was asked for.
                await client.DeleteAsync($"users/{Uri.EscapeDataString(name)}", CancellationToken.None);
                throw;
            }
        }

        invocation.Say(created ? $"added {name}" : $"replaced the credentials of {name}");
        if (credentials is null)
        {
            invocation.Say($"{name} cannot sign in yet: run `doorward user invite {name}`");
        }
    }

    private static async Task<bool> CreateAsync(ControlClient client, string name, string? email, bool replace, CancellationToken cancel)
    {
        var spec = new JsonObject();
        if (email is not null)
        {
            spec["email"] = email;
        }

        try
        {
            await client.PostAsync("users", new JsonObject { ["kind"] = "User", ["name"] = name, ["spec"] = spec }, cancel);
            return true;
        }
        catch (CommandFailure failure) when (replace && failure.Status == HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    private static async Task<JsonObject?> CredentialsAsync(Invocation invocation, bool replace, CancellationToken cancel)
    {
        var credentials = new JsonObject();
        if (invocation.Value(PasswordStdin))
        {
            credentials["password"] = await System.Console.In.ReadLineAsync(cancel) is { Length: > 0 } password
                ? password
                : throw new CommandFailure("stdin holds no password", "write it on the first line");
        }

        if (invocation.Value(TotpSecretFile) is { } file)
        {
            credentials["totpSecret"] = file.Exists
                ? (await File.ReadAllTextAsync(file.FullName, cancel)).Trim()
                : throw new CommandFailure("no such file", "check --totp-secret-file", file.FullName);
        }

        if (credentials.Count == 0)
        {
            return null;
        }

        credentials["replace"] = replace;
        return credentials;
    }

    private static async Task InviteAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var invitation = await client.PostAsync($"users/{Uri.EscapeDataString(invocation.Value(Name))}/invitation", null, cancel);
        invocation.Print(invitation, new Column("LINK", "link"), new Column("EXPIRES", "expires"));
    }
}
