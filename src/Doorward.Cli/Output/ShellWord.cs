namespace Doorward.Cli.Output;

/// <summary>Text as one word of a shell's command line, so that what is printed works when it is copied.</summary>
internal static class ShellWord
{
    private const string Plain = "-_./:@%+=,";

    public static string Of(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c))
        ? text
        : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>How this program is called from where the reader is: the launcher by its path, or the installed command.</summary>
    public static string Program() => Environment.GetEnvironmentVariable("DOORWARD_HOME") is not { Length: > 0 } home ? "doorward"
        : home == Environment.CurrentDirectory ? "./doorward"
        : Of(Path.Combine(home, "doorward"));
}
