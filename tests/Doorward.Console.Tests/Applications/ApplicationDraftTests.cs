using System.Text.Json.Nodes;
using Doorward.Console.Applications;

namespace Doorward.Console.Tests.Applications;

public sealed class ApplicationDraftTests
{
    [Theory]
    [InlineData("""{"hosts":["a.example"],"upstream":"http://127.0.0.1:1"}""")]
    [InlineData("""{"hosts":["a.example","b.example"],"upstreams":["http://127.0.0.1:1","http://127.0.0.1:2"],"labels":{"a":"1","b":"x=y"},"strict":true,"maxSignInAge":"8h","paths":"opaque","allowSpecialAddresses":true}""")]
    [InlineData("""{"hosts":["a.example"],"connector":"berlin","tls":{"ca":"PEM","clientKey":{"kept":true}},"cors":{"origins":["https://x.example"]},"preserveHost":false}""")]
    public void What_is_read_is_written_back_as_it_was(string spec)
    {
        var draft = ApplicationDraft.From("a", JsonNode.Parse(spec)!.AsObject());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(spec), draft.ToSpec()), draft.ToSpec().ToJsonString());
    }

    [Fact]
    public void A_change_of_one_field_keeps_those_that_the_form_does_not_show()
    {
        var draft = ApplicationDraft.From("a", JsonNode.Parse("""{"hosts":["a.example"],"upstream":"http://127.0.0.1:1","healthCheck":{"path":"/up"}}""")!.AsObject());
        draft.Upstreams = "http://127.0.0.1:1\r\n http://127.0.0.1:2 \n\n";
        draft.Labels = "team = red\nbare\nteam=blue";
        Assert.Equal(["healthCheck"], draft.Kept);
        Assert.Equal(
            """{"hosts":["a.example"],"upstreams":["http://127.0.0.1:1","http://127.0.0.1:2"],"labels":{"team":"red","bare":""},"healthCheck":{"path":"/up"}}""",
            draft.ToSpec().ToJsonString());
    }
}
