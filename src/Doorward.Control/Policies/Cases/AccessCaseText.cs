using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Specs;
using Doorward.Core.Applications;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;

namespace Doorward.Control.Policies.Cases;

/// <summary>Cases as people write them: in a policy's tests, and in questions.</summary>
internal static class AccessCaseText
{
    private const int MostGroups = 100, LongestPath = 2048, LongestHost = 253, MostTexts = 32;
    private const string MomentForm = "yyyy-MM-dd'T'HH:mm:sszzz", ShortMomentForm = "yyyy-MM-dd'T'HH:mmzzz";

    /// <summary>Reads the fields of a case, and reports what is wrong with them. Fields that are not a case's are left to the caller.</summary>
    public static AccessCase Read(SpecReader fields)
    {
        var read = new AccessCase
        {
            User = Name(fields, "user"),
            Service = Name(fields, "service"),
            Anonymous = fields.Flag("anonymous"),
            Groups = fields.Has("groups") ? Few(fields, "groups", MostGroups) : null,
            Application = fields.RequiredText("application", "say which application is asked for", ResourceName.MaxLength) ?? "",
            Action = fields.Has("action") ? fields.Choice("action", AccessAction.Read) : null,
            Assurance = fields.Number("assurance", 1, 3, "write 1 password, 2 two factors or 3 phishing-resistant"),
            Methods = fields.Has("methods") ? Few(fields, "methods", MostTexts) : null,
            SignInAge = fields.Duration("signInAge"),
            Address = Address(fields),
            Network = Name(fields, "network"),
            Device = Device(fields.Object("device")),
            Risk = Risk(fields.Object("risk")),
            At = Moment(fields),
            Hour = fields.Number("hour", 0, 23, "write an hour from 0 to 23"),
            Weekday = fields.Number("weekday", 1, 7, "write a day from 1 (Monday) to 7 (Sunday)"),
            Method = fields.Text("method", MostTexts),
            Path = fields.Text("path", LongestPath),
            Tunnel = Tunnel(fields.Object("tunnel")),
        };
        Agree(fields, read);
        return read;
    }

    /// <summary>The same as text again.</summary>
    public static SpecWriter Write(SpecWriter fields, AccessCase asked)
    {
        fields.Text("user", asked.User).Text("service", asked.Service).Flag("anonymous", asked.Anonymous);
        if (asked.Groups is { } groups) fields.List("groups", groups);
        fields.Text("application", asked.Application).Text("action", asked.Action is { } action ? JsonNamingPolicy.CamelCase.ConvertName(action.ToString()) : null).Number("assurance", asked.Assurance);
        if (asked.Methods is { } methods) fields.List("methods", methods);
        fields.Duration("signInAge", asked.SignInAge).Text("address", asked.Address?.ToString()).Text("network", asked.Network);
        if (asked.Device is { } device)
        {
            fields.Object("device", new SpecWriter().Text("id", device.Id).Flag("managed", device.Managed).Flag("seen", device.Seen)
                .Flag("bound", device.Bound).Flag("compliant", device.Compliant).Number("keyAssurance", device.KeyAssurance == 0 ? null : device.KeyAssurance)
                .Text("platform", device.Platform).Texts("passes", Names(device, passes: true)).Texts("fails", Names(device, passes: false)));
        }

        if (asked.Risk is { } risk) fields.Object("risk", new SpecWriter().Number("score", risk.Score).Text("level", risk.Level).Texts("reasons", risk.Reasons));
        if (asked.Tunnel is { } tunnel) fields.Object("tunnel", new SpecWriter().Text("host", tunnel.Host).Number("port", tunnel.Port).Text("login", tunnel.Login));
        return fields.Text("at", asked.At?.ToString(MomentForm, CultureInfo.InvariantCulture)).Number("hour", asked.Hour).Number("weekday", asked.Weekday)
            .Text("method", asked.Method).Text("path", asked.Path);
    }

    private static void Agree(SpecReader fields, AccessCase read)
    {
        var askers = (read.User is null ? 0 : 1) + (read.Service is null ? 0 : 1) + (read.Anonymous ? 1 : 0);
        if (askers == 0) fields.Fail("user", "nobody is said to ask", "write user: NAME, service: NAME or anonymous: true");
        if (askers > 1) fields.Fail("user", "more than one asks", "leave one of user, service and anonymous");
        if (read.Anonymous && (read.Groups ?? read.Methods) is not null) fields.Fail("anonymous", "who has not signed in has no groups and no methods", "leave them out, or write user: NAME");
        if (read.Anonymous && (read.Assurance is not null || read.SignInAge is not null)) fields.Fail("anonymous", "who has not signed in has no sign-in", "leave it out, or write user: NAME");
        if (read.At is not null && (read.Hour ?? read.Weekday) is not null) fields.Fail("at", "the moment says the hour and the day already", "leave at, or hour and weekday");
        if (read.Action == AccessAction.Tunnel && (read.Method ?? read.Path) is not null) fields.Fail("action", "a tunnel has no request line", "leave out method and path");
        if (read.Action is AccessAction.Read or AccessAction.Write && read.Tunnel is not null) fields.Fail("tunnel", "what is read or written is no tunnel", "leave it out, or write action: tunnel");
        if (read.Tunnel is not null && (read.Method ?? read.Path) is not null) fields.Fail("tunnel", "a tunnel has no request line", "leave out method and path");
        if (read.Path is { } path && !path.StartsWith('/')) fields.Fail("path", $"'{Shown.Text(path)}' is not a path", "begin it with /");
    }

    private static string? Name(SpecReader fields, string field) => fields.Text(field, ResourceName.MaxLength * 4) is { Length: > 0 } name ? name : null;

    private static ImmutableArray<string> Few(SpecReader fields, string field, int most)
    {
        var texts = fields.Texts(field);
        if (texts.Length <= most) return [.. texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        fields.Fail(field, $"has more than {most} entries", "leave out those that decide nothing");
        return [];
    }

    private static IPAddress? Address(SpecReader fields)
    {
        if (fields.Text("address") is not { } text) return null;
        if (IPAddress.TryParse(text, out var address) && (address.ToString() == text || text.Contains(':', StringComparison.Ordinal))) return address;
        fields.Fail("address", $"'{Shown.Text(text)}' is not an address", "write it as 192.0.2.7 or 2001:db8::7");
        return null;
    }

    private static DateTimeOffset? Moment(SpecReader fields)
    {
        if (fields.Text("at") is not { } text) return null;
        var written = text.EndsWith('Z') ? text[..^1] + "+00:00" : text;
        if (DateTimeOffset.TryParseExact(written, [MomentForm, ShortMomentForm], CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)) return moment;
        fields.Fail("at", $"'{Shown.Text(text)}' is not a moment", "write it with its offset: 2030-01-31T22:15+01:00");
        return null;
    }

    private static DeviceEvidence? Device(SpecReader? fields)
    {
        if (fields is null) return null;
        var device = new DeviceEvidence(fields.Text("id") ?? "any", fields.Flag("managed"), fields.Flag("seen"), fields.Flag("bound"), fields.Flag("compliant"))
        {
            KeyAssurance = fields.Number("keyAssurance", 1, 4, "write 1 file, 2 pkcs11, 3 tpm or 4 tpm-attested") ?? 0,
            Platform = fields.Text("platform", 16) ?? "",
            Facts = [.. Facts(fields, "passes", true).Concat(Facts(fields, "fails", false)).OrderBy(static fact => fact.Name, StringComparer.Ordinal)],
        };
        fields.End();
        return device;
    }

    // As an agent reports them.
    private static IEnumerable<FactEvidence> Facts(SpecReader fields, string field, bool pass)
    {
        foreach (var name in Few(fields, field, FactNames.All.Length))
        {
            if (FactNames.Find(name) is null) fields.Fail(field, $"'{Shown.Text(name)}' is no fact of a device", "see docs/reference/posture.md for their names");
            else yield return new FactEvidence(name, pass, (int)Provenance.AgentSigned + 1);
        }
    }

    private static IEnumerable<string> Names(DeviceEvidence device, bool passes) => device.Facts.Where(fact => fact.Pass == passes).Select(static fact => fact.Name);

    private static SupposedTunnel? Tunnel(SpecReader? fields)
    {
        if (fields is null) return null;
        var tunnel = new SupposedTunnel(fields.Text("host", LongestHost)?.ToLowerInvariant(), fields.Number("port", 1, 65535, "write a port from 1 to 65535"), fields.Line("login", ResourceName.MaxLength));
        fields.End();
        return tunnel;
    }

    private static RiskEvidence? Risk(SpecReader? fields)
    {
        if (fields is null) return null;
        if (!fields.Has("score")) fields.Fail("score", "is missing", "write a number from 0 to 100");
        var score = fields.Number("score", 0, 100, "write a number from 0 to 100") ?? 0;
        var risk = new RiskEvidence(score, fields.Text("level") ?? "", Few(fields, "reasons", MostTexts));
        fields.End();
        return risk;
    }
}
