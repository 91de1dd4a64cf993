using System.Collections.Immutable;
using Doorward.Cedar;
using Doorward.Core.Evidences;

namespace Doorward.Core.Evaluations;

/// <summary>Turns an evaluation's input into what the Cedar authorizer takes; its entities are <see cref="EvaluationEntities"/>.</summary>
internal static class CedarMapping
{
    public static AuthorizationRequest Request(EvaluationInput input) => new(
        CedarNames.Principal(input.Evidence.Subject),
        CedarNames.Of(input.Action),
        CedarNames.Application(input.Resource.Name),
        Context(input.Evidence));

    /// <summary>The context of design section 4. Unknown evidence is an absent attribute.</summary>
    public static RecordValue Context(Evidence evidence)
    {
        var context = new List<KeyValuePair<string, CedarValue>>(6)
        {
            new("session", Session(evidence.Session, evidence.Time.Now)),
            new("time", RecordValue.Create(
                ("now", DateTimeValue.From(evidence.Time.Now)),
                ("hour", CedarValue.From((long)evidence.Time.Hour)),
                ("weekday", CedarValue.From((long)evidence.Time.Weekday)))),
        };
        if (evidence.Device is { } device)
            context.Add(new("device", Device(device, evidence.Time.Now)));
        if (evidence.Network is { } network)
            context.Add(new("network", RecordValue.Create(("ip", IpAddressValue.From(network.Address)), ("names", Strings(network.Networks)))));
        if (evidence.Risk is { } risk)
            context.Add(new("risk", RecordValue.Create(
                ("score", CedarValue.From((long)risk.Score)), ("level", CedarValue.From(risk.Level)), ("reasons", Strings(risk.Reasons)))));
        if (evidence.Http is { } http)
            context.Add(new("http", Http(http)));
        if (evidence.Tunnel is { } tunnel)
            context.Add(new("tunnel", Tunnel(tunnel)));
        return RecordValue.Create(context);
    }

    // Nobody has an assurance of 0 and signed in at the beginning of time, so that no freshness rule is ever met.
    private static RecordValue Session(SessionEvidence? session, DateTimeOffset now)
    {
        var authenticated = session?.Authenticated ?? DateTimeOffset.UnixEpoch;
        return RecordValue.Create(
            ("assurance", CedarValue.From((long)(session?.Assurance ?? 0))),
            ("mfa", CedarValue.From(session?.Mfa ?? false)),
            ("phishingResistant", CedarValue.From(session?.PhishingResistant ?? false)),
            ("methods", Strings(session?.Methods ?? [])),
            ("authenticated", DateTimeValue.From(authenticated)),
            ("age", DurationValue.From(now - authenticated)));
    }

    private static RecordValue Device(DeviceEvidence device, DateTimeOffset now)
    {
        var known = new List<KeyValuePair<string, CedarValue>>(10)
        {
            new("id", CedarValue.From(device.Id)),
            new("managed", CedarValue.From(device.Managed)),
            new("seen", CedarValue.From(device.Seen)),
            new("bound", CedarValue.From(device.Bound)),
            new("compliant", CedarValue.From(device.Compliant)),
            new("keyAssurance", CedarValue.From((long)device.KeyAssurance)),
            new("platform", CedarValue.From(device.Platform)),
        };
        DurationValue? age = null;
        if (device.Reported is { } reported)
        {
            age = DurationValue.From(now - reported);
            known.Add(new("reported", DateTimeValue.From(reported)));
            known.Add(new("age", age));
        }

        known.Add(new("posture", RecordValue.Create(device.Facts.Select(fact => KeyValuePair.Create(fact.Name, (CedarValue)Fact(fact, age, now))))));

        return RecordValue.Create(known);
    }

    // Most are as old as the report that they came with.
    private static RecordValue Fact(FactEvidence fact, DurationValue? ofReport, DateTimeOffset now) =>
        (fact.At is { } at ? DurationValue.From(now - at) : ofReport) is { } age
            ? RecordValue.Create(("pass", CedarValue.From(fact.Pass)), ("provenance", CedarValue.From((long)fact.Provenance)), ("age", age))
            : RecordValue.Create(("pass", CedarValue.From(fact.Pass)), ("provenance", CedarValue.From((long)fact.Provenance)));

    private static RecordValue Http(HttpEvidence http) => http.Path is { } path
        ? RecordValue.Create(("method", CedarValue.From(http.Method)), ("host", CedarValue.From(http.Host)), ("path", CedarValue.From(path)))
        : RecordValue.Create(("method", CedarValue.From(http.Method)), ("host", CedarValue.From(http.Host)));

    private static RecordValue Tunnel(TunnelEvidence tunnel)
    {
        var (host, port, protocol) = (CedarValue.From(tunnel.Host), CedarValue.From((long)tunnel.Port), CedarValue.From(tunnel.Protocol));
        return tunnel.Login is { } login
            ? RecordValue.Create(("host", host), ("port", port), ("protocol", protocol), ("login", CedarValue.From(login)))
            : RecordValue.Create(("host", host), ("port", port), ("protocol", protocol));
    }

    private static SetValue Strings(ImmutableArray<string> values) => SetValue.Create(values.Select(CedarValue.From));
}
