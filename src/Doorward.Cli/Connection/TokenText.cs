namespace Doorward.Cli.Connection;

/// <summary>Finds the token for a server: the named file, then the environment, then what `login` kept. Never an argument.</summary>
internal static class TokenText
{
    public static string Of(FileInfo? file, Uri server, string remedy = "give --token-file, set DOORWARD_TOKEN, or run `doorward login`")
    {
        if (file is not null)
        {
            return FromFile(file);
        }

        if (Environment.GetEnvironmentVariable("DOORWARD_TOKEN") is { Length: > 0 } token)
        {
            return token.Trim();
        }

        if (Credentials.For(server) is { } kept)
        {
            return kept.Token;
        }

        throw new CommandFailure($"no token for {server.GetLeftPart(UriPartial.Authority)}", remedy) { ExitCode = CommandLine.WrongUsage };
    }

    public static string FromFile(FileInfo file)
    {
        if (!file.Exists)
        {
            throw new CommandFailure("no such file", "check --token-file", file.FullName);
        }

        var text = File.ReadAllText(file.FullName).Trim();
        return text.Length > 0 ? text : throw new CommandFailure("the file is empty", "it should hold a token from `doorward token create`", file.FullName);
    }
}
