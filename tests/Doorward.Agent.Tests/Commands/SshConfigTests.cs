namespace Doorward.Agent.Tests.Commands;

public sealed class SshConfigTests
{
    [Fact]
    public void It_names_the_login_that_was_asked_for_to_ssh_and_to_the_order_of_the_certificate()
    {
        var printed = Print("ssh-config", "server", "--login", "deploy");
        Assert.Contains("ssh-key server --login deploy\"\n", printed, StringComparison.Ordinal);
        Assert.EndsWith("\n  User deploy\n", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void It_leaves_the_login_to_ssh_otherwise()
    {
        var printed = Print("ssh-config", "server");
        Assert.DoesNotContain("User ", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("--login", printed, StringComparison.Ordinal);
    }

    private static string Print(params string[] arguments)
    {
        var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, AgentCommandLine.Run(arguments, TextReader.Null, output, TextWriter.Null, TimeProvider.System));
        return output.ToString().ReplaceLineEndings("\n");
    }
}
