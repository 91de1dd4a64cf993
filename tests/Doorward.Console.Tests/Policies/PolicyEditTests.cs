using System.Text.Json.Nodes;
using Doorward.Console.Policies;
using Doorward.Control.Api.Endpoints;

namespace Doorward.Console.Tests.Policies;

/// <summary>A policy on the way from what is published to what somebody makes of it.</summary>
public sealed class PolicyEditTests
{
    private const string Spec =
        """
        {"cedar":"permit (principal, action, resource);","reportOnly":true,"tests":[
          {"name":"one","user":"alice","groups":["a","b"],"application":"wiki","assurance":3,"device":{"id":"laptop","bound":true},"risk":{"score":7,"level":"low","reasons":["x"]},"hour":7,"expect":"allow","by":"p"},
          {"name":"two","anonymous":true,"application":"wiki","path":"/health","expect":"deny"}]}
        """;

    [Fact]
    public void What_nobody_changed_is_written_as_it_was_read()
    {
        var edit = Edit();

        Assert.False(edit.IsChanged);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Spec), edit.ToSpec()), edit.ToSpec().ToJsonString());
    }

    [Fact]
    public void Every_part_that_is_changed_makes_it_changed()
    {
        var (text, only, test, gone) = (Edit(), Edit(), Edit(), Edit());
        text.Cedar = "forbid (principal, action, resource);";
        only.ReportOnly = false;
        test.Tests[0].Case["hour"] = "8";
        gone.Tests.RemoveAt(1);

        Assert.All([text, only, test, gone], edit => Assert.True(edit.IsChanged));
        Assert.Equal(8, test.ToSpec()["tests"]![0]!["hour"]!.GetValue<long>());
    }

    [Fact]
    public void A_draft_remembers_the_version_that_it_was_made_on()
    {
        var edit = Edit();
        edit.Tests.RemoveAt(0);
        var later = Edit();

        Assert.True(later.Restore(edit.ToDraft("\"3\""), out var based));

        Assert.Equal(("\"3\"", "two"), (based, Assert.Single(later.Tests).Name));
        Assert.False(later.Restore("half of {", out _));
    }

    [Fact]
    public void A_question_survives_its_address()
    {
        var asked = new CaseModel { ["user"] = "a&b=c <i>", ["application"] = "wiki", ["groups"] = "x, y", ["device"] = "managed, compliant", ["risk"] = "80" };
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri("https://console.test" + asked.ToAddress()).Query);

        var again = CaseModel.Read(field => query.TryGetValue(field, out var values) ? values[0] : null);

        Assert.True(JsonNode.DeepEquals(asked.ToJson(), again.ToJson()));
        Assert.Equal("""{"user":"a\u0026b=c \u003Ci\u003E","application":"wiki","groups":["x","y"],"device":{"managed":true,"compliant":true},"risk":{"score":80}}""", again.ToJson().ToJsonString());
    }

    private static PolicyEdit Edit() => PolicyEdit.Of(new ResourceView("Policy", "p", 1, System: false, JsonNode.Parse(Spec)!.AsObject()));
}
