using System.Text.Json.Nodes;

namespace Doorward.Cli.Tests.Commands;

public sealed class PolicyTestCommandTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Path.GetRandomFileName()}.yaml");

    public PolicyTestCommandTests() => File.WriteAllText(_file, """
        kind: Policy
        name: wiki-for-staff
        cedar: permit (principal, action, resource);
        tests:
          - name: one
            user: alice
          - name: two
            user: bob
        """);

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task A_test_that_fails_is_told_at_its_place_with_exit_code_1()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /policies/test?prune=true", 200, """
            {"tests":3,"failed":2,"items":[
              {"policy":"wiki-for-staff","place":1,"name":"two","passed":false,"message":"the test \"two\" of policy wiki-for-staff fails"},
              {"policy":"other","place":0,"name":"x","passed":false,"message":"the test \"x\" of policy other fails"},
              {"policy":"wiki-for-staff","place":0,"name":"one","passed":true}]}
            """);

        var said = await peer.RunAsync("policy", "test", "-f", _file, "--prune");

        Assert.Equal((1, "1 passed, 2 failed\n"), (said.Code, said.Out));
        Assert.Equal($"{_file}:7:5: the test \"two\" of policy wiki-for-staff fails\nthe test \"x\" of policy other fails\n", said.Error);
        Assert.Equal("two", JsonNode.Parse(BodyOf(peer))!["documents"]![0]!["spec"]!["tests"]![1]!["name"]!.ToString());
    }

    [Fact]
    public async Task That_all_pass_is_a_line_and_exit_code_0()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /policies/test?prune=false", 200, """{"tests":3,"failed":0,"items":[]}""");

        Assert.Equal(new Said(0, "3 passed, 0 failed\n", ""), await peer.RunAsync("policy", "test"));
    }

    [Fact]
    public async Task That_not_all_could_be_asked_is_a_failure()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers(
            "POST /policies/test?prune=false", 200, """{"tests":3,"failed":0,"items":[],"refusal":{"message":"only 3 of 9 came to an answer","fix":"try again"}}""");

        Assert.Equal(new Said(1, "", "doorward: only 3 of 9 came to an answer; try again\n"), await peer.RunAsync("policy", "test"));
    }

    [Fact]
    public async Task What_is_supposed_is_asked()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /access/can", 200, """{"decision":"allow"}""");

        var said = await peer.RunAsync(
            "policy", "can", "anonymous", "wiki", "--groups", "a", "b", "--assurance", "3", "--sign-in-age", "2h", "--network", "office", "--device", "managed", "compliant", "--risk", "7", "--at",
            "2030-01-31T22:15+01:00", "--method", "PUT", "--path", "/x", "--address", "192.0.2.1", "--action", "write");

        Assert.Equal(0, said.Code);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""
            {"application":"wiki","action":"write","anonymous":true,"signInAge":"2h","address":"192.0.2.1","network":"office","at":"2030-01-31T22:15+01:00","method":"PUT","path":"/x",
             "assurance":3,"groups":["a","b"],"device":{"managed":true,"compliant":true},"risk":{"score":7}}
            """), JsonNode.Parse(BodyOf(peer))), BodyOf(peer));
    }

    [Fact]
    public async Task A_service_account_or_an_hour_of_their_week_is_supposed_too()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /access/can", 200, """{"decision":"allow"}""");

        await peer.RunAsync("policy", "can", "ci", "wiki", "--service", "--methods", "hwk", "mfa", "--hour", "3", "--weekday", "7");

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"application":"wiki","service":"ci","hour":3,"weekday":7,"methods":["hwk","mfa"]}"""), JsonNode.Parse(BodyOf(peer))), BodyOf(peer));
        Assert.Equal(2, (await peer.RunAsync("policy", "can", "ci", "wiki", "--hour", "24")).Code);
        Assert.Equal(2, (await peer.RunAsync("policy", "can", "ci", "wiki", "--weekday", "0")).Code);
    }

    private static string BodyOf(AdministrationPeer peer)
    {
        var asked = Assert.Single(peer.Asked);
        return asked[asked.IndexOf('{', StringComparison.Ordinal)..];
    }
}
