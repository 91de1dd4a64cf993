using System.CommandLine;
using Doorward.Cli.Output;

namespace Doorward.Cli;

/// <summary>The flags that every command understands.</summary>
internal static class GlobalOptions
{
    public static readonly Option<DirectoryInfo> Data = new("--data")
    {
        Description = "Data folder of the installation on this machine [default: .doorward beside the launcher; without one, in your home]",
        HelpName = "DIR",
        Recursive = true,
    };

    public static readonly Option<Uri?> Server = new("--server")
    {
        Description = "Console address of an installation elsewhere (environment: DOORWARD_SERVER)",
        HelpName = "URL",
        Recursive = true,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps)
            {
                return uri;
            }

            result.AddError($"--server '{text}' is not an https address");
            return null;
        },
    };

    public static readonly Option<FileInfo?> TokenFile = new("--token-file")
    {
        Description = "File that holds the token for --server (environment: DOORWARD_TOKEN)",
        HelpName = "FILE",
        Recursive = true,
    };

    public static readonly Option<OutputFormat> Format = new("--output", "-o")
    {
        Description = "How results are written [default: table]",
        HelpName = "table|json|yaml",
        Recursive = true,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Enum.TryParse<OutputFormat>(text, ignoreCase: true, out var format) && Enum.IsDefined(format) && char.IsAsciiLetter(text[0]))
            {
                return format;
            }

            result.AddError($"-o '{text}' is not table, json or yaml");
            return default;
        },
    };

    public static void AddTo(RootCommand root)
    {
        root.Add(Data);
        root.Add(Server);
        root.Add(TokenFile);
        root.Add(Format);
    }

    /// <summary>The data folder that --data names, or the default one beside the launcher.</summary>
    public static DirectoryInfo DataOf(ParseResult parsed) => parsed.GetValue(Data) ?? DefaultData();

    /// <summary>
    /// Never the folder where somebody happens to stand: what lies in it says whom to dial, which CA to believe and where a
    /// password goes, and it may have come with an archive or a clone of others' making.
    /// </summary>
    public static DirectoryInfo DefaultData() => new(Path.Combine(
        Environment.GetEnvironmentVariable("DOORWARD_HOME") is { Length: > 0 } launcher ? launcher
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? home
            : throw new CommandFailure("there is no home folder to look for an installation in", "name its data folder with --data") { ExitCode = CommandLine.WrongUsage },
        ".doorward"));
}
