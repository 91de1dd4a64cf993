using System.CommandLine;
using System.Text.RegularExpressions;
using Doorward.Cli.Documents;
using Doorward.Core.Policies;
using Doorward.Testing;

namespace Doorward.Cli.Tests.House;

/// <summary>What guides show is understood: commands by the command line, documents by `apply`, policies by Cedar.</summary>
public partial class Guides
{
    public static TheoryData<string> Files => [.. Checkout.Files("*.md").Where(page => page.StartsWith("docs/guides/", StringComparison.Ordinal) || page == "docs/reference/resources.md")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_command_is_understood(string page)
    {
        var root = new RootCommand();
        GlobalOptions.AddTo(root);
        foreach (var noun in Nouns.All())
        {
            root.Add(noun);
        }

        var commands = BlocksOf(page, "sh").SelectMany(block => block.Split('\n')).Where(line => line.StartsWith("doorward ", StringComparison.Ordinal));
        foreach (var command in commands)
        {
            var errors = root.Parse(command["doorward ".Length..].Split(" # ")[0].Split(" < ")[0].Split(" > ")[0]).Errors;
            Assert.True(errors.Count == 0, $"{page}: {command}: {string.Join(' ', errors)}");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_document_and_policy_is_understood(string page)
    {
        foreach (var document in BlocksOf(page, "yaml").SelectMany(block => DocumentReader.Read(page, block)))
        {
            Assert.True(Kinds.Names.Append("Expectation").Contains(document.Json["kind"]!.ToString()), $"{page}: {document.Start}");
            if (document.Json["spec"]!["cedar"]?.ToString() is { } cedar)
            {
                var check = PolicyCheck.Of("p", cedar);
                Assert.Empty(check.Errors);
                Assert.True(check.Warnings.IsEmpty, $"{page}: {document.Start}: {string.Join(' ', check.Warnings.Select(static warning => warning.Message))}");
            }
        }
    }

    private static IEnumerable<string> BlocksOf(string page, string language) =>
        Block().Matches(Checkout.Read(page)).Where(block => block.Groups[1].Value == language).Select(block => block.Groups[2].Value);

    [GeneratedRegex(@"(?ms)^```(\w+)\n(.*?)^```")]
    private static partial Regex Block();
}
