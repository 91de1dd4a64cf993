namespace Doorward.Cli.Tests.Commands;

public class UsageTests
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("session", "revoke")]
    [InlineData("session", "revoke", "--all", "--user", "alice")]
    [InlineData("grant", "cut")]
    [InlineData("get", "thing")]
    [InlineData("get", "users", "-o", "xml")]
    [InlineData("get", "users", "-o", "2")]
    [InlineData("apply")]
    [InlineData("status", "--server", "http://console.example")]
    [InlineData("protect", "not-an-address", "--name", "wiki", "--group", "staff")]
    [InlineData("protect", "http://127.0.0.1:1", "--name", "wi\"ki", "--group", "staff")]
    [InlineData("login")]
    [InlineData]
    [InlineData("user")]
    [InlineData("user", "add", "alice", "--replace")]
    [InlineData("user", "add", "ci", "--service", "--email", "ci@example.test")]
    [InlineData("policy", "can", "alice", "wiki", "--action", "fly")]
    [InlineData("policy", "rollback", "wiki", "first")]
    [InlineData("backup", "x.tar", "--server", "https://console.example")]
    [InlineData("restore", "x.tar", "--server", "https://console.example")]
    [InlineData("reset", "--yes", "--server", "https://console.example")]
    public async Task Wrong_usage_is_one_line_and_exit_code_2(params string[] args)
    {
        var said = await Said.ByAsync(args);

        Assert.Equal(2, said.Code);
        Assert.Matches("^doorward: [^\n]+\n$", said.Error);
        Assert.Empty(said.Out);
    }

    [Theory]
    [InlineData("did you mean Policy?", "get", "Polcy")]
    [InlineData("did you mean session?", "sesion", "list")]
    [InlineData("did you mean --file?", "apply", "--fil", "x")]
    [InlineData("say what to do: add, invite, remove-credentials", "user")]
    public async Task What_was_probably_meant_is_said(string expected, params string[] args) =>
        Assert.Contains(expected, (await Said.ByAsync(args)).Error);

    [Fact]
    public async Task Nothing_running_is_one_line_with_what_to_do_and_exit_code_1()
    {
        var nowhere = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        var said = await Said.ByAsync("status", "--data", nowhere);

        Assert.Equal(1, said.Code);
        Assert.Equal($"doorward: {nowhere}/control.sock: nothing is running there; start it with `doorward up --data {nowhere}`, or name another with --data or --server\n", said.Error);
    }

    [Fact]
    public async Task No_option_takes_a_secret_as_its_argument()
    {
        var help = new List<string>();
        foreach (var noun in Nouns.All())
        {
            foreach (var verb in noun.Subcommands.DefaultIfEmpty(noun))
            {
                help.AddRange(verb.Options.Select(option => option.Name));
            }
        }

        await Task.CompletedTask;
        Assert.NotEmpty(help);
        Assert.DoesNotContain(help, name => name is "--password" or "--token" or "--secret" or "--totp-secret" or "--code");
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _doorward doorward")]
    [InlineData("zsh", "#compdef doorward")]
    public async Task Prints_a_completion_script(string shell, string expected)
    {
        var said = await Said.ByAsync("completion", shell);

        Assert.Equal(0, said.Code);
        Assert.Contains(expected, said.Out);
    }

    [Theory]
    [InlineData("[suggest:4]", "sess", "session")]
    [InlineData("[suggest:8]", "session ", "revoke")]
    [InlineData("[suggest:4]", "get ", "policies")]
    public async Task Completes_words(string directive, string line, string word)
    {
        var said = await Said.ByAsync(directive, line);

        Assert.Contains(word, said.Out.Split('\n'));
    }
}
