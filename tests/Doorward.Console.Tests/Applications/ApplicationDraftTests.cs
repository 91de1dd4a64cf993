using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bunit;
using Doorward.Console.Applications;
using Doorward.Core.Applications;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Applications;

/// <summary>An application between its document and its form.</summary>
public sealed class ApplicationDraftTests : BunitContext
{
    private const string Whole =
        """
        {"hosts":["a.example"],"upstreams":["https://127.0.0.1:1","https://127.0.0.1:2"],"connector":"berlin","tcp":["db:1","ssh:22"],"tunnels":{"idle":"30m","longest":"12h"},
         "proxyProtocol":true,"ssh":{"principals":["{user}"],"lifetime":"1m"},"labels":{"a":"1","b":"x=y"},"paths":"opaque",
         "origins":["https://o.example"],"cors":{"origins":["https://x.example"],"methods":["GET"],"headers":["X-A"],"credentials":true,"maxAge":"1h"},
         "strict":true,"maxSignInAge":"8h","tls":{"ca":"PEM\nLINE","serverName":"inner","clientCertificate":"CERT","clientKey":{"set":true}},"protocol":"http2","preserveHost":false,
         "upgrades":["tus"],"healthCheck":{"path":"/up","interval":"5s","timeout":"1s"},"connectTimeout":"3s","activityTimeout":"1h","allowSpecialAddresses":true}
        """;

    // Where a document calls a field otherwise than the definition does.
    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.Ordinal)
    {
        ["tls.caPem"] = "tls.ca",
        ["tls.clientCertificatePem"] = "tls.clientCertificate",
        ["tls.clientKeyPem"] = "tls.clientKey",
    };

    public ApplicationDraftTests() => Services.AddLocalization();

    [Theory]
    [InlineData("""{"hosts":["a.example"],"upstream":"http://127.0.0.1:1"}""")]
    [InlineData("""{"connector":"hq","tcp":["db.internal:5432"]}""")]
    [InlineData("""{"connector":"hq","tcp":["db.internal:5432"],"tunnels":{"later":1},"ssh":{"principals":["{user}"],"later":1}}""")]
    [InlineData(Whole)]
    [InlineData("""{"hosts":["a.example"],"healthCheck":{},"later":{"than":["this","form"]},"cors":{"origins":["https://x.example"],"later":1},"tls":{"later":true}}""")]
    public void What_is_read_is_written_back_as_it_was(string spec)
    {
        var draft = ApplicationDraft.From("a", JsonNode.Parse(spec)!.AsObject());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(spec), draft.ToSpec()), draft.ToSpec().ToJsonString());
    }

    // Policies read labels: none may become another, or two, by being shown and saved.
    [Theory]
    [InlineData("""{"teams":"red, blue","regions":"a,b=c"}""", "")]
    [InlineData("""{"a=b":"1","a":"2","=":"x","":"y"," padded ":"p","kept":" blanks "}""", "labels: a=b;labels: =;labels:  padded ;labels: kept")]
    public void Labels_come_back_as_they_were_whatever_is_in_them(string labels, string kept)
    {
        var spec = new JsonObject { ["hosts"] = new JsonArray("a.example"), ["upstream"] = "http://127.0.0.1:1", ["labels"] = JsonNode.Parse(labels) };
        var draft = ApplicationDraft.From("a", spec);
        Assert.True(JsonNode.DeepEquals(spec, draft.ToSpec()), draft.ToSpec().ToJsonString());
        Assert.Equal(kept, string.Join(';', draft.Kept));
        draft.Labels = "a=typed, with a comma";
        Assert.Equal("typed, with a comma", draft.ToSpec()["labels"]!["a"]!.GetValue<string>());
    }

    [Fact]
    public void A_key_that_was_typed_is_not_in_the_document_that_is_shown()
    {
        var draft = ApplicationDraft.From("a", JsonNode.Parse(Whole)!.AsObject());
        Assert.False(draft.ChangesSecret);
        Assert.True(JsonNode.DeepEquals(draft.ToSpec(), draft.ToShown()));
        draft.Tls.ClientKey = "-----BEGIN PRIVATE KEY-----";
        Assert.True(draft.ChangesSecret);
        Assert.DoesNotContain("PRIVATE", draft.ToShown().ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("THE-CLIENT-KEY", draft.ToShown()["tls"]!["clientKey"]!.GetValue<string>());
        (draft.Tls.ClientKey, draft.Tls.ForgetKey) = ("", true);
        Assert.True(draft.ChangesSecret);
        Assert.Null(draft.ToShown()["tls"]!["clientKey"]);
    }

    [Fact]
    public void A_change_of_one_field_keeps_those_that_the_form_does_not_know()
    {
        var draft = ApplicationDraft.From("a", JsonNode.Parse("""{"hosts":["a.example"],"upstream":"http://127.0.0.1:1","later":{"path":"/up"}}""")!.AsObject());
        draft.Upstreams = "http://127.0.0.1:1\r\n http://127.0.0.1:2 \n\n";
        draft.Labels = "team = red\nbare\nteam=blue";
        Assert.Equal(["later"], draft.Kept);
        Assert.Equal(
            """{"hosts":["a.example"],"upstreams":["http://127.0.0.1:1","http://127.0.0.1:2"],"labels":{"team":"red","bare":""},"later":{"path":"/up"}}""",
            draft.ToSpec().ToJsonString());
    }

    // Fails when the resource gains a field: give it a place in the form, and one in this document.
    [Fact]
    public void Every_field_of_the_resource_has_its_place_in_the_form_and_in_what_it_writes()
    {
        var whole = JsonNode.Parse(Whole)!.AsObject();
        var shown = Render<ApplicationForm>(parameters => parameters.Add(form => form.Draft, ApplicationDraft.From("a", whole)));
        var ids = shown.FindAll("input[id], textarea[id], select[id]").Select(static field => field.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var field in Fields(typeof(ApplicationDefinition), "").Where(static field => field != "name"))
        {
            Assert.Contains(field.Replace('.', '-'), ids);
            Assert.True(field.Split('.').Aggregate((JsonNode?)whole, static (at, name) => at?[name]) is not null, $"{field} is not tried");
        }

        Assert.All(shown.FindAll("textarea[id=tls-clientKey]"), static key => Assert.Equal("", key.GetAttribute("value") ?? ""));
    }

    [Fact]
    public void A_key_is_kept_unless_another_is_given_or_it_is_given_up()
    {
        var draft = ApplicationDraft.From("a", JsonNode.Parse(Whole)!.AsObject());
        Assert.True(draft.HasSecret);
        draft.Tls.ClientKey = "NEW";
        Assert.Equal("NEW", draft.ToSpec()["tls"]!["clientKey"]!.GetValue<string>());
        (draft.Tls.ClientKey, draft.Tls.ForgetKey) = ("", true);
        Assert.Null(draft.ToSpec()["tls"]!["clientKey"]);
        Assert.DoesNotContain("NEW", draft.Tls.ToString(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Fields(Type type, string prefix)
    {
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var name = prefix + JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (property.PropertyType.Assembly == typeof(ApplicationDefinition).Assembly && !property.PropertyType.IsEnum)
            {
                foreach (var inner in Fields(property.PropertyType, name + ".")) yield return inner;
            }
            else
            {
                yield return OtherNames.GetValueOrDefault(name, name);
            }
        }
    }
}
