using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Doorward.Cli.Connection;

namespace Doorward.Cli.Commands;

/// <summary>`login`: keeps a server's address and token for later commands, after trying them.</summary>
internal static class LoginCommand
{
    private static readonly Option<bool> TokenStdin = new("--token-stdin") { Description = "Read the token from stdin (its first line)" };
    private static readonly Option<FileInfo?> Authority = new("--ca") { Description = "The installation's ca.pem, when the system does not trust it", HelpName = "FILE" };

    public static Command Create() => new Command("login", "Keep a server's address and token for later commands") { TokenStdin, Authority }.Runs(RunAsync);

    private static async Task RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var server = invocation.Value(GlobalOptions.Server)
            ?? throw new CommandFailure("login where?", "give --server https://console.<domain>") { ExitCode = CommandLine.WrongUsage };
        var token = await TokenAsync(invocation, server, cancel);
        var found = ControlEndpoint.Elsewhere(server, token, invocation.Data);
        var trusted = invocation.Value(Authority) is { } file ? Authorities.FromPem(file.FullName) : found.Trusted;
        using (var client = new ControlClient(found with { Trusted = trusted }))
        {
            await client.GetAsync("status", cancel);
        }

        new Credentials { Server = server, Token = token, AuthorityPem = trusted?.ExportCertificatePems() }.Write();
        var kept = new JsonObject { ["server"] = server.GetLeftPart(UriPartial.Authority), ["keptIn"] = Credentials.FilePath };
        invocation.Report($"logged in to {kept["server"]}; kept in {Credentials.FilePath}", kept);
    }

    private static async Task<string> TokenAsync(Invocation invocation, Uri server, CancellationToken cancel)
    {
        if (!invocation.Value(TokenStdin))
        {
            return TokenText.Of(invocation.Value(GlobalOptions.TokenFile), server, "give --token-stdin or --token-file");
        }

        return (await System.Console.In.ReadLineAsync(cancel))?.Trim() is { Length: > 0 } token
            ? token
            : throw new CommandFailure("stdin holds no token", "write it on the first line");
    }
}

/// <summary>`logout`: forgets what `login` kept.</summary>
internal static class LogoutCommand
{
    public static Command Create() => new Command("logout", "Forget the kept server and token").Runs((invocation, _) =>
    {
        var kept = File.Exists(Credentials.FilePath);
        if (kept)
        {
            File.Delete(Credentials.FilePath);
        }

        invocation.Report(kept ? "logged out; the token stays valid until it is revoked" : "nothing was kept", new JsonObject { ["forgotten"] = kept });
        return Task.CompletedTask;
    });
}
