using System.Collections.Immutable;
using System.Net;
using CsCheck;
using Doorward.Cedar;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Validation;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Core.Policies;
using World = Doorward.Core.Tests.Evaluations.World;

namespace Doorward.Core.Tests.Policies;

/// <summary>The schema says what evaluations are made of: no more, no less, and no other types.</summary>
public sealed class ShippedSchemaTests
{
    // Facts that the product does not gather yet; their names are settled.
    private static readonly string[] NotGathered = ["context.network.asn", "context.network.country"];

    private static readonly Evidence Everything = World.Alice with
    {
        Device = new DeviceEvidence("d1", true, true, true, true)
        {
            KeyAssurance = 4,
            Platform = "linux",
            Reported = World.Now,
            Facts = [.. FactNames.All.Select(static fact => new FactEvidence(fact.Name, true, 2))],
        },
        Network = new NetworkEvidence(IPAddress.Parse("2001:db8::7"), ["office"]),
        Risk = new RiskEvidence(12, "low", ["new country"]),
    };

    private static readonly Gen<ImmutableArray<string>> Words = Gen.String[0, 4].Array[0, 3].Select(words => words.ToImmutableArray());

    private static readonly Gen<Evidence> AnyEvidence = Gen.Select(Gen.Enum<SubjectKind>(), Gen.String[1, 5], Words, Gen.Bool, Gen.Int[0, 127]).Select(
        (kind, name, words, flag, parts) => new Evidence
        {
            Subject = kind == SubjectKind.Anonymous ? SubjectEvidence.Anonymous : new SubjectEvidence(kind, name, words, flag ? name : null),
            Session = (parts & 1) == 0 ? null : World.Alice.Session! with { Assurance = parts % 4, Methods = words },
            Device = (parts & 2) == 0 ? null : new DeviceEvidence(name, flag, !flag, flag, !flag)
            {
                KeyAssurance = parts % 5,
                Platform = name,
                Reported = flag ? World.Now : null,
                Facts = [.. FactNames.All.Take(parts % 30).Select(fact => new FactEvidence(fact.Name, flag, 1 + (parts % 4)))],
            },
            Network = (parts & 4) == 0 ? null : new NetworkEvidence(flag ? IPAddress.IPv6Loopback : IPAddress.Loopback, words),
            Risk = (parts & 8) == 0 ? null : new RiskEvidence(parts, name, words),
            Http = (parts & 16) == 0 ? null : new HttpEvidence(name, name, name),
            Time = new TimeEvidence(World.Now.AddDays(parts), parts % 24, 1 + (parts % 7)),
        });

    [Fact]
    public void Every_request_and_every_entity_of_an_evaluation_agrees_with_the_schema() => Gen.Select(AnyEvidence, Gen.Enum<AccessAction>(), Gen.String[0, 4]).Sample(
        (evidence, action, text) =>
        {
            // A tunnel is no HTTP request.
            var seen = action == AccessAction.Tunnel ? evidence with { Http = null } : evidence;
            var input = World.Input(seen, new ResourceFacts(text, ImmutableSortedDictionary<string, string>.Empty.Add("a", text)), action);
            Assert.Empty(Disagreements(input));
        }, iter: 2000);

    [Fact]
    public void A_fact_that_the_schema_does_not_know_would_be_noticed()
    {
        var request = CedarMapping.Request(World.Input(Everything));
        var more = request with { Context = RecordValue.Create(request.Context.Append(new("mood", CedarValue.From("good")))) };
        var tunnelled = CedarMapping.Request(World.Input(Everything, action: AccessAction.Tunnel));

        Assert.Empty(RequestValidator.Validate(ShippedSchema.Schema, request));
        Assert.Contains("mood", Assert.Single(RequestValidator.Validate(ShippedSchema.Schema, more)).ToString(), StringComparison.Ordinal);
        Assert.Contains("http", Assert.Single(RequestValidator.Validate(ShippedSchema.Schema, tunnelled)).ToString(), StringComparison.Ordinal);
    }

    // Such an application takes no policy that reads the path, so that the schema may promise one to everybody else.
    [Fact]
    public void An_opaque_application_lacks_the_path_and_nothing_else()
    {
        var request = CedarMapping.Request(World.Input(Everything with { Http = new HttpEvidence("GET", "wiki.test", null) }));

        Assert.Contains("path", Assert.Single(RequestValidator.Validate(ShippedSchema.Schema, request)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_attribute_of_the_schema_is_one_that_evaluations_can_have()
    {
        var request = CedarMapping.Request(World.Input(Everything));

        Assert.Equal(NotGathered, Absent(ShippedSchema.Schema.Actions[CedarNames.ReadAction].Context, request.Context, "context").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Both_syntaxes_mean_the_same()
    {
        var again = Schema.ParseJson(ShippedSchema.Schema.ToJson()).Schema;

        Assert.NotNull(again);
        Assert.Equal(ShippedSchema.Schema.ToJson(), again.ToJson());
        Assert.Equal(["Anonymous", "Application", "Group", "Service", "User", "Workload"], again.EntityTypes.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["access", "connect", "read", "tunnel", "write"], again.Actions.Keys.Select(action => action.Id).Order(StringComparer.Ordinal));
    }

    private static List<ConformanceError> Disagreements(EvaluationInput input)
    {
        var request = CedarMapping.Request(input);
        var store = new EvaluationEntities(input);
        var entities = ((EntityUid[])[request.Principal, request.Resource, request.Action]).Select(uid => store.Find(uid)!);
        return [.. RequestValidator.Validate(ShippedSchema.Schema, request), .. RequestValidator.Validate(ShippedSchema.Schema, entities)];
    }

    private static IEnumerable<string> Absent(RecordType type, RecordValue value, string path) => type.Attributes.SelectMany(attribute =>
    {
        var name = $"{path}.{attribute.Key}";
        if (value.FirstOrDefault(one => one.Key == attribute.Key).Value is not { } found) return [name];
        return attribute.Value.Type is RecordType inner ? Absent(inner, (RecordValue)found, name) : [];
    });
}
