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

    // As on macOS, where people's folder is below "Application Support".
    [Fact]
    public void It_puts_what_has_blanks_in_quotes()
    {
        var printed = Print("ssh-config", "server", "--folder", "/tmp/two words/100%", "--login", "o'x y");
        Assert.Contains(" --folder '/tmp/two words/100%%' --login 'o'\\''x y'\"\n", printed, StringComparison.Ordinal);
        Assert.EndsWith("\n  User \"o'x y\"\n", printed, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 }) return;
        Assert.Contains("\n  IdentityFile \"/tmp/two words/100%%/ssh/server\"\n  CertificateFile \"/tmp/two words/100%%/ssh/server-cert.pub\"\n", printed, StringComparison.Ordinal);
    }

    // An application is named as any resource is.
    [Theory]
    [InlineData(0, "db_main")]
    [InlineData(0, "Db.Prod@HQ")]
    [InlineData(0, "0123456789012345678901234567890123456789012345678901234567890123")]
    [InlineData(2, "01234567890123456789012345678901234567890123456789012345678901234")]
    [InlineData(2, "-db")]
    [InlineData(2, "a/b")]
    [InlineData(2, "a b")]
    public void It_takes_every_name_that_an_application_can_have(int code, string application) =>
        Assert.Equal(code, AgentCommandLine.Run(["ssh-config", application], TextReader.Null, TextWriter.Null, TextWriter.Null, TimeProvider.System));

    private static string Print(params string[] arguments)
    {
        var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, AgentCommandLine.Run(arguments, TextReader.Null, output, TextWriter.Null, TimeProvider.System));
        return output.ToString().ReplaceLineEndings("\n");
    }
}
