using Doorward.Control.Resources.Specs;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;

namespace Doorward.Control.Decisions;

/// <summary>An input's evidence as a list that people read: fact, value, source, age.</summary>
internal static class EvidenceFacts
{
    public const string ConnectionSource = "connection";
    public const string ClockSource = "gateway clock";

    public static IReadOnlyList<ExplainedFact> Of(EvaluationInput input)
    {
        var facts = Of(input.Evidence);
        facts.AddRange(input.Resource.Labels.Select(static label => new ExplainedFact($"application.{label.Key}", label.Value, "application")));
        if (input.Resource.MaxSignInAge is { } age) facts.Add(new("application.maxSignInAge", DurationText.Format(age), "application"));
        return facts;
    }

    public static List<ExplainedFact> Of(Evidence evidence)
    {
        var facts = new List<ExplainedFact>
        {
            new("subject.name", evidence.Subject.Name, "directory"),
            new("subject.groups", string.Join(", ", evidence.Subject.Groups), "directory"),
        };
        if (evidence.Session is { } session) facts.AddRange(Session(session, evidence.Time.Now));
        if (evidence.Device is { } device) facts.AddRange(Device(device, evidence.Time.Now));
        if (evidence.Network is { } network)
        {
            facts.Add(new("network.ip", network.Address.ToString(), ConnectionSource));
            facts.Add(new("network.names", string.Join(", ", network.Networks), "networks"));
        }

        if (evidence.Risk is { } risk) facts.Add(new("risk.score", $"{risk.Score} ({risk.Level}: {string.Join(", ", risk.Reasons)})", "monitoring"));
        facts.Add(new("time.now", evidence.Time.Now.ToString("O"), ClockSource));
        facts.Add(new("time.local", $"weekday {evidence.Time.Weekday}, hour {evidence.Time.Hour}", ClockSource));
        if (evidence.Http is { } http) facts.Add(new("http", $"{http.Method} {http.Host}{http.Path}", "request"));
        if (evidence.Tunnel is { } tunnel) facts.Add(new("tunnel", $"{tunnel.Protocol} {tunnel.Host}:{tunnel.Port}{(tunnel.Login is { } login ? $" as {login}" : "")}", "request"));
        return facts;
    }

    private static IEnumerable<ExplainedFact> Session(SessionEvidence session, DateTimeOffset now)
    {
        var age = DurationText.FormatAge(now - session.Authenticated);
        yield return new("session.assurance", $"{session.Assurance}", "sign-in", age);
        yield return new("session.methods", string.Join(", ", session.Methods), "sign-in", age);
        yield return new("session.authenticated", session.Authenticated.ToString("O"), "sign-in", age);
        yield return new("session.expires", session.Expires.ToString("O"), "sign-in");
        if (session.IdentityProvider is { } provider) yield return new("session.identityProvider", provider, "sign-in", age);
    }

    private static string? Age(DateTimeOffset? at, DateTimeOffset now) => at is { } read ? DurationText.FormatAge(now - read) : null;

    private static IEnumerable<ExplainedFact> Device(DeviceEvidence device, DateTimeOffset now)
    {
        yield return new("device.id", device.Id, "device");
        yield return new("device.compliant", device.Compliant ? "yes" : "no", "device");
        yield return new("device.managed", device.Managed ? "yes" : "no", "device");
        yield return new("device.bound", device.Bound ? "yes" : "no", "device");
        if (device.KeyAssurance > 0) yield return new("device.keyAssurance", $"{device.KeyAssurance}", "device");
        if (device.Platform.Length > 0) yield return new("device.platform", device.Platform, "device");
        foreach (var fact in device.Facts) yield return new($"device.posture.{fact.Name}", fact.Pass ? "pass" : "fail", ((Provenance)(fact.Provenance - 1)).Name(), Age(fact.At ?? device.Reported, now));
        foreach (var reason in device.Reasons) yield return new("device.reason", reason, "posture rules");
    }
}
