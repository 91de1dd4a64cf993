using System.Text;

namespace Doorward.Cedar.Tests.Json;

public sealed class CedarJsonTests
{
    [Theory]
    [InlineData("""{"a": true, "b": -9223372036854775808, "c": "\u00e9\ud83d\ude00", "d": [1, 1], "e": {}}""", "{a: true, b: -9223372036854775808, c: \"é😀\", d: [1], e: {}}")]
    [InlineData("""{"u": {"__entity": {"id": "a\"", "type": "A::B"}}}""", "{u: A::B::\"a\\\"\"}")]
    [InlineData("""{"i": {"__extn": {"fn": "ip", "arg": "10.0.0.0/8"}}}""", "{i: ip(\"10.0.0.0/8\")}")]
    [InlineData("""{"d": {"__extn": {"arg": "1.50", "fn": "decimal"}}}""", "{d: decimal(\"1.5\")}")]
    [InlineData("""{"t": {"__extn": {"fn": "offset", "args": [{"__extn": {"fn": "datetime", "arg": "1970-01-01"}}, {"__extn": {"fn": "duration", "arg": "1ms"}}]}}}""", "{t: datetime(\"1970-01-01T00:00:00.001Z\")}")]
    public void Reads_contexts(string json, string expected) => Assert.Equal(expected, Read(json).Value?.ToString());

    [Theory]
    [InlineData("", "$")]
    [InlineData("{", "$")]
    [InlineData("[]", "$")]
    [InlineData("1", "$")]
    [InlineData("{} {}", "$")]
    [InlineData("{\"a\": null}", "$.a")]
    [InlineData("{\"a\": 1.5}", "$.a")]
    [InlineData("{\"a\": 1e2}", "$.a")]
    [InlineData("{\"a\": 9223372036854775808}", "$.a")]
    [InlineData("{\"a\": [1, {\"b c\": null}]}", "$.a[1][\"b c\"]")]
    [InlineData("{\"a\": 1, \"a\": 1}", "$")]
    [InlineData("{\"a\": 1, \"\\u0061\": 1}", "$")]
    [InlineData("{\"a\": \"\\ud800\"}", "$.a")]
    [InlineData("{\"a\": {\"__entity\": 1}}", "$.a.__entity")]
    [InlineData("{\"a\": {\"__entity\": {\"type\": \"A\"}}}", "$.a.__entity")]
    [InlineData("{\"a\": {\"__entity\": {\"type\": \"A\", \"id\": \"b\", \"c\": 1}}}", "$.a.__entity")]
    [InlineData("{\"a\": {\"__entity\": {\"type\": \"if\", \"id\": \"b\"}}}", "$.a.__entity")]
    [InlineData("{\"a\": {\"__entity\": {\"type\": \"A\", \"id\": \"b\"}, \"c\": 1}}", "$.a")]
    [InlineData("{\"a\": {\"c\": 1, \"__entity\": {\"type\": \"A\", \"id\": \"b\"}}}", "$.a")]
    [InlineData("{\"a\": {\"__expr\": \"1\"}}", "$.a")]
    [InlineData("{\"a\": {\"__extn\": {\"fn\": \"ip\", \"arg\": \"x\"}}}", "$.a.__extn")]
    [InlineData("{\"a\": {\"__extn\": {\"fn\": \"ip\"}}}", "$.a.__extn")]
    [InlineData("{\"a\": {\"__extn\": {\"fn\": \"ip\", \"arg\": \"::1\", \"args\": []}}}", "$.a.__extn")]
    [InlineData("{\"a\": {\"__extn\": {\"fn\": \"ip\", \"args\": []}}}", "$.a.__extn")]
    [InlineData("{\"a\": {\"__extn\": {\"fn\": \"ip\", \"arg\": 1}}}", "$.a.__extn")]
    [InlineData("{\"a\": {\"__extn\": {\"fn\": \"isIpv4\", \"arg\": {\"__extn\": {\"fn\": \"ip\", \"arg\": \"::1\"}}}}}", "$.a.__extn")]
    [InlineData("{\"a\": {\"__extn\": {\"fn\": \"system\", \"arg\": \"x\"}}}", "$.a.__extn")]
    [InlineData("{\"__entity\": {\"type\": \"A\", \"id\": \"b\"}}", "$")]
    public void Refuses_other_contexts_and_says_where(string json, string path)
    {
        var result = Read(json);

        Assert.False(result.Success);
        Assert.Equal(path, result.Error.Path);
        Assert.NotEmpty(result.Error.Message);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_an_error() =>
        Assert.False(CedarJson.ReadContext([.. "{\"a\": \""u8, 0xff, .. "\"}"u8]).Success);

    [Fact]
    public void Depth_is_bounded_and_the_bound_is_named()
    {
        var json = Encoding.UTF8.GetBytes("{\"a\":" + new string('[', 31) + new string(']', 31) + "}");
        var deeper = Encoding.UTF8.GetBytes("{\"a\":" + new string('[', 100_000));

        Assert.True(CedarJson.ReadContext(json).Success);
        Assert.Contains("32 levels", CedarJson.ReadContext(deeper).Error!.Message, StringComparison.Ordinal);
        Assert.False(CedarJson.ReadContext(json, maxDepth: 31).Success);
    }

    [Fact]
    public void Reads_entities_with_and_without_the_escape()
    {
        var result = CedarJson.ReadEntities("""
            [{"uid": {"type": "User", "id": "a"}, "attrs": {"x": 1}, "parents": [{"__entity": {"type": "Group", "id": "g"}}], "tags": {"t": "v"}},
             {"uid": {"__entity": {"type": "Group", "id": "g"}}, "attrs": {}, "parents": []}]
            """u8);

        Assert.Null(result.Error);
        Assert.True(result.Value!.IsBelow(new EntityUid("User", "a"), new EntityUid("Group", "g")));
        Assert.Equal(RecordValue.Create(("t", "v")), result.Value.Find(new EntityUid("User", "a"))!.Tags);
    }

    [Theory]
    [InlineData("{}", "$")]
    [InlineData("[1]", "$[0]")]
    [InlineData("[{}]", "$[0]")]
    [InlineData("[{\"uid\": \"User::a\"}]", "$[0].uid")]
    [InlineData("[{\"uid\": {\"type\": \"A\", \"id\": \"b\"}, \"attrs\": []}]", "$[0].attrs")]
    [InlineData("[{\"uid\": {\"type\": \"A\", \"id\": \"b\"}, \"parents\": {}}]", "$[0].parents")]
    [InlineData("[{\"uid\": {\"type\": \"A\", \"id\": \"b\"}, \"parents\": [1]}]", "$[0].parents[0]")]
    [InlineData("[{\"uid\": {\"type\": \"A\", \"id\": \"b\"}, \"attributes\": {}}]", "$[0].attributes")]
    [InlineData("[{\"uid\": {\"type\": \"A\", \"id\": \"b\"}, \"uid\": {\"type\": \"A\", \"id\": \"b\"}}]", "$[0]")]
    [InlineData("[{\"uid\": {\"type\": \"A\", \"id\": \"b\"}, \"attrs\": {\"x\": 1}}, {\"uid\": {\"type\": \"A\", \"id\": \"b\"}}]", "$")]
    [InlineData("[{\"uid\": {\"type\": \"A\", \"id\": \"b\"}, \"parents\": [{\"type\": \"A\", \"id\": \"b\"}]}]", "$")]
    public void Refuses_other_entities_and_says_where(string json, string path)
    {
        var result = CedarJson.ReadEntities(Encoding.UTF8.GetBytes(json));

        Assert.False(result.Success);
        Assert.Equal(path, result.Error.Path);
    }

    private static JsonReadResult<RecordValue> Read(string json) => CedarJson.ReadContext(Encoding.UTF8.GetBytes(json));
}
