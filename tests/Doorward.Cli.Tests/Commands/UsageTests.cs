using System.CommandLine;

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
    [InlineData("--from is a whole number, 0 or more", "audit", "export", "--from", "-4")]
    [InlineData("--from is a whole number, 0 or more", "audit", "export", "--from", "9223372036854775808")]
    [InlineData("--last is a whole number from 1 to 2147483647", "audit", "tail", "--last", "-1")]
    [InlineData("--last is a whole number from 1 to 2147483647", "audit", "tail", "--last", "0")]
    [InlineData("--last is a whole number from 1 to 2147483647", "audit", "tail", "--last", "ten")]
    [InlineData("--limit is a whole number from 1 to 1000000", "decision", "list", "--limit", "-5")]
    [InlineData("--limit is a whole number from 1 to 1000000", "decision", "list", "--limit", "0")]
    [InlineData("--limit is a whole number from 1 to 1000000", "decision", "list", "--limit", "1000001")]
    [InlineData("--limit is a whole number from 1 to 1000000", "policy", "simulate", "x.yaml", "--limit", "-1")]
    [InlineData("--limit is a whole number from 1 to 1000000", "policy", "simulate", "x.yaml", "--limit", "1000001")]
    [InlineData("--version is a whole number, 1 or more", "policy", "show", "wiki", "--version", "0")]
    [InlineData("from is a whole number, 1 or more", "policy", "diff", "wiki", "0")]
    [InlineData("to is a whole number, 1 or more", "policy", "diff", "wiki", "1", "0")]
    [InlineData("version is a whole number, 1 or more", "policy", "rollback", "wiki", "0")]
    [InlineData("--days is a whole number from 1 to 365", "token", "create", "--user", "a", "--application", "b", "--days", "0")]
    [InlineData("--minutes is a whole number from 1 to 10080", "gateway", "join-token", "edge", "--minutes", "-1")]
    [InlineData("--session-rate is a whole number from 0 to 2147483647", "up", "--session-rate", "-1")]
    [InlineData("--sessions is a whole number from 10 to 100000", "bench", "revoke", "--sessions", "9")]
    public async Task A_number_out_of_bounds_is_wrong_usage_and_never_another_number(string expected, params string[] args)
    {
        var said = await Said.ByAsync(args);

        Assert.Equal(2, said.Code);
        Assert.Matches($"^doorward: {expected}; see `doorward [a-z -]+`\n$", said.Error);
        Assert.Empty(said.Out);
    }

    [Fact]
    public void Every_number_that_a_command_takes_has_bounds()
    {
        var options = Nouns.All().SelectMany(Below).SelectMany(command => command.Options)
            .Where(option => (Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) is var type && (type == typeof(int) || type == typeof(long)))
            .ToList();

        Assert.Contains(options, option => option.Name == "--last");
        Assert.All(options, option => Assert.NotEmpty(option.Validators));
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

    private static IEnumerable<Command> Below(Command command) => [command, .. command.Subcommands.SelectMany(Below)];
}
