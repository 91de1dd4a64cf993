using System.Text.RegularExpressions;
using Doorward.Testing.Product;

namespace Doorward.Agent.Tests.Commands;

/// <summary>docs/reference/agent.md beside what the program says and takes.</summary>
public sealed partial class AgentPageTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Executable.Repository, "docs", "reference", "agent.md"));

    [Fact]
    public void The_page_shows_the_help_as_it_is_printed()
    {
        var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, AgentCommandLine.Run(["--help"], TextReader.Null, output, TextWriter.Null, TimeProvider.System));
        Assert.Contains($"```\n{output.ToString().ReplaceLineEndings("\n").TrimEnd()}\n```", s_page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_of_the_help_has_its_row()
    {
        var commands = Command().Matches(AgentCommandLine.Usage).Select(static match => match.Groups[1].Value.Trim()).ToList();
        Assert.Contains("connector join", commands);
        Assert.True(commands.Count >= 14, string.Join(", ", commands));
        Assert.All(commands, static command => Assert.Matches($"(?m)^\\|.*`{command}`.*\\|", s_page));
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("forward", "db")]
    [InlineData("login", "--keep", "paper")]
    [InlineData("connect", "../db")]
    public void What_it_does_not_take_is_answered_with_the_help_and_2(params string[] arguments)
    {
        var errors = new StringWriter();
        Assert.Equal(2, AgentCommandLine.Run(arguments, TextReader.Null, TextWriter.Null, errors, TimeProvider.System));
        Assert.StartsWith("usage: doorward-agent ", errors.ToString(), StringComparison.Ordinal);
    }

    [GeneratedRegex("doorward-agent ((?:connector )?[a-z-]+)")]
    private static partial Regex Command();
}
