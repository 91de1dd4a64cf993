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
    [InlineData("there is no command bogus", "usage: doorward-agent enroll ", 18, "bogus")]
    [InlineData("these arguments do not fit", "usage: doorward-agent forward ", 2, "forward", "db")]
    [InlineData("forward has no option --prot", "usage: doorward-agent forward ", 2, "forward", "db", "--prot", "1")]
    [InlineData("these arguments do not fit", "usage: doorward-agent login ", 2, "login", "--keep", "paper")]
    [InlineData("these arguments do not fit", "usage: doorward-agent connect ", 2, "connect", "../db")]
    [InlineData("these arguments do not fit", "usage: doorward-agent connector join ", 2, "connector", "join", "--state", "/tmp/x", "-")]
    [InlineData("enroll has no option --login", "usage: doorward-agent enroll ", 3, "enroll", "-", "--login", "x")]
    public void What_it_does_not_take_is_told_with_the_lines_of_the_command_and_2(string wrong, string usage, int lines, params string[] arguments)
    {
        var errors = new StringWriter { NewLine = "\n" };
        Assert.Equal(2, AgentCommandLine.Run(arguments, TextReader.Null, TextWriter.Null, errors, TimeProvider.System));
        var said = errors.ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n');
        Assert.StartsWith($"doorward-agent: {wrong}", said[0], StringComparison.Ordinal);
        Assert.StartsWith(usage, said[1], StringComparison.Ordinal);
        Assert.Equal(lines, said.Length);
    }

    [Fact]
    public void Without_a_command_it_prints_all_of_them_and_2()
    {
        var errors = new StringWriter();
        Assert.Equal(2, AgentCommandLine.Run([], TextReader.Null, TextWriter.Null, errors, TimeProvider.System));
        Assert.Equal(AgentCommandLine.Usage, errors.ToString().TrimEnd());
    }

    [Fact]
    public void The_help_of_a_command_is_its_lines()
    {
        var output = new StringWriter();
        Assert.Equal(0, AgentCommandLine.Run(["ssh", "--help"], TextReader.Null, output, TextWriter.Null, TimeProvider.System));
        Assert.Equal("usage: doorward-agent ssh APPLICATION [--login NAME] [--target HOST:PORT] [-- SSH-ARGUMENTS]", output.ToString().TrimEnd());
    }

    [Fact]
    public void It_says_which_version_it_is()
    {
        var output = new StringWriter();
        Assert.Equal(0, AgentCommandLine.Run(["--version"], TextReader.Null, output, TextWriter.Null, TimeProvider.System));
        Assert.Matches(@"^[0-9]+\.[0-9]+\.[0-9]+\S*$", output.ToString().TrimEnd());
    }

    [GeneratedRegex("doorward-agent ((?:connector )?[a-z-]+)")]
    private static partial Regex Command();
}
