using System.Collections.Immutable;
using System.Net;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;

namespace Doorward.Core.Tests.Evaluations;

/// <summary>A person, a door, and a moment that tests change from.</summary>
internal static class World
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 14, 30, 0, TimeSpan.Zero);

    public static readonly Evidence Alice = new()
    {
        Subject = new SubjectEvidence(SubjectKind.User, "alice", ["engineering"], "alice@example.test"),
        Session = new SessionEvidence { Assurance = 1, Methods = ["pwd"], Authenticated = Now.AddHours(-2), Expires = Now.AddDays(1) },
        Network = new NetworkEvidence(IPAddress.Parse("192.0.2.7"), []),
        Time = new TimeEvidence(Now, 14, 1),
        Http = new HttpEvidence("GET", "wiki.example.test", "/page"),
    };

    public static readonly Evidence Nobody = Alice with { Subject = SubjectEvidence.Anonymous, Session = null };

    public static readonly ResourceFacts Wiki = new("wiki", ImmutableSortedDictionary<string, string>.Empty.Add("sensitivity", "internal"));

    public static EvaluationInput Input(Evidence? evidence = null, ResourceFacts? resource = null, AccessAction action = AccessAction.Read) =>
        new(evidence ?? Alice, action, resource ?? Wiki);

    public static PolicyBundle Bundle(params string[] policies) =>
        PolicyBundle.Create(7, policies.Select((text, index) => new PolicyDefinition($"p{index}", text)));

    public static AccessDecision Judge(string policy, Evidence? evidence = null, ResourceFacts? resource = null, AccessAction action = AccessAction.Read) =>
        Evaluator.Evaluate(Bundle(policy), Input(evidence, resource, action));
}
