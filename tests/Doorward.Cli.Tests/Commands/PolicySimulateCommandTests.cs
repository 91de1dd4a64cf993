namespace Doorward.Cli.Tests.Commands;

public sealed class PolicySimulateCommandTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.yaml");

    public PolicySimulateCommandTests() => File.WriteAllText(_file, """
        kind: Policy
        name: wiki-for-staff
        cedar: permit (principal, action, resource);
        """);

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Who_would_change_is_a_table_and_exit_code_1()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /policies/simulate?prune=true&limit=500", 200, """
            {"decisions":7,"newlyAllowed":0,"newlyDenied":2,"items":[{"change":"newlyDenied","user":"alice","application":"wiki","action":"read",
             "requests":2,"last":"2030-01-01T12:00:00Z","decision":"dec_1","policies":["wiki-for-staff"]}]}
            """);

        var said = await peer.RunAsync("policy", "simulate", _file, "--prune", "--limit", "500");

        Assert.Equal((1, ""), (said.Code, said.Error));
        Assert.Matches("newlyDenied +alice +wiki +read +2 +2030-01-01T12:00:00Z +wiki-for-staff +dec_1\n", said.Out);
        Assert.EndsWith("Of 7 recorded decisions, 0 would newly be allowed and 2 newly denied.\n", said.Out, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"Policy\"", Assert.Single(peer.Asked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_refuses_is_told_with_its_field_once()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers(
            "POST /policies/simulate?prune=false&limit=100000", 400, """{"detail":"1 to 9 decisions are compared.","field":"limit","fix":"Leave it out for the usual number."}""");

        var said = await peer.RunAsync("policy", "simulate", _file);

        Assert.Equal(new Said(1, "", "doorward: limit: 1 to 9 decisions are compared; leave it out for the usual number\n"), said);
    }

    [Fact]
    public async Task That_nobody_would_is_a_line_and_exit_code_0()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers(
            "POST /policies/simulate?prune=false&limit=100000", 200, """{"decisions":7,"newlyAllowed":0,"newlyDenied":0,"items":[]}""");

        var said = await peer.RunAsync("policy", "simulate", _file);

        Assert.Equal((0, "Of 7 recorded decisions, 0 would newly be allowed and 0 newly denied.\n"), (said.Code, said.Out));
    }

    [Theory]
    [InlineData("""{"policies":0,"decisions":0,"newlyAllowed":0,"newlyDenied":0,"items":[]}""", "in force already, so nothing would change")]
    [InlineData("""{"policies":1,"decisions":0,"newlyAllowed":0,"newlyDenied":0,"items":[]}""", "No decision is recorded yet to compare with")]
    public async Task That_nothing_was_compared_is_said_with_why(string answer, string expected)
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /policies/simulate?prune=false&limit=100000", 200, answer);

        var said = await peer.RunAsync("policy", "simulate", _file);

        Assert.Equal(0, said.Code);
        Assert.Contains(expected, said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_that_is_refused_is_told_at_its_place()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /policies/simulate?prune=false&limit=100000", 422, """
            {"title":"refused","errors":[{"kind":"Policy","name":"wiki-for-staff","field":"cedar","message":"There is no action.","line":1,"column":20}]}
            """);

        var said = await peer.RunAsync("policy", "simulate", _file);

        Assert.Equal(1, said.Code);
        Assert.StartsWith($"doorward: {_file}:3:", said.Error, StringComparison.Ordinal);
    }
}
