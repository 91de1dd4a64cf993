using System.Text.RegularExpressions;

namespace Doorward.EndToEnd.Tests.Readme;

/// <summary>The commands that a page shows in its `console` blocks: lines that begin with a prompt.</summary>
internal static partial class ConsoleBlocks
{
    public static IReadOnlyList<string> CommandsOf(string page) =>
        [.. Block().Matches(page).SelectMany(block => block.Groups[1].Value.Split('\n'))
            .Select(line => line.Trim()).Where(line => line.StartsWith("$ ", StringComparison.Ordinal)).Select(line => line[2..])];

    [GeneratedRegex(@"(?ms)^ *```console\n(.*?)^ *```")]
    private static partial Regex Block();
}
