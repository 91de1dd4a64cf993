using System.CommandLine;
using System.Text.RegularExpressions;

namespace Doorward.Cli.Tests.Commands;

public partial class ExamplesTests
{
    [Fact]
    public void Every_command_shows_how_it_is_used_and_every_example_is_right()
    {
        var root = new RootCommand();
        GlobalOptions.AddTo(root);
        foreach (var noun in Nouns.All())
        {
            root.Add(noun);
        }

        foreach (var command in Leaves(root))
        {
            var examples = Examples.Of(command);
            Assert.True(examples.Count > 0, $"{command.Name} has no example");
            foreach (var example in examples)
            {
                // What stands behind < and > is the shell's.
                var parsed = root.Parse(Quoted().Replace(example.Split(" < ")[0].Split(" > ")[0], word => word.Groups[1].Value.Replace("\"", "", StringComparison.Ordinal)));
                Assert.True(parsed.Errors.Count == 0, $"{example}: {string.Join(' ', parsed.Errors)}");
                Assert.Equal(command.Name, parsed.CommandResult.Command.Name);
            }
        }
    }

    [Fact]
    public async Task Help_ends_with_examples()
    {
        var said = await Said.ByAsync("session", "revoke", "--help");

        Assert.Equal(0, said.Code);
        Assert.Contains("Usage:\n  doorward", said.Out.Replace("testhost", "doorward", StringComparison.Ordinal).Replace("Doorward.Cli.Tests", "doorward", StringComparison.Ordinal));
        Assert.Contains("Examples:\n  doorward session revoke --user alice", said.Out);
    }

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Quoted();

    private static IEnumerable<Command> Leaves(Command command) =>
        command.Subcommands.Count == 0 ? [command] : command.Subcommands.SelectMany(Leaves);
}
