using System.Text.Json;
using Doorward.Control.Devices;
using Doorward.Control.Devices.Compliance;
using Doorward.Control.Devices.Providers;
using Doorward.Control.Devices.Reports;
using Doorward.Control.Storage;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Devices.Reports;

namespace Doorward.Control.Api.Endpoints;

/// <param name="Standing"><c>active</c>, <c>held</c> or <c>retired</c>.</param>
/// <param name="Held">Why it is held: <c>administrator</c> or <c>forked</c>.</param>
/// <param name="KeyAssurance"><c>file</c>, <c>pkcs11</c>, <c>tpm</c> or <c>tpm-attested</c>.</param>
public sealed record DeviceView(
    string Id, string Name, string? Owner, string Platform, string HostName, string KeyAssurance, string Standing, string? Held, string? Reason,
    bool Compliant, bool Stale, IReadOnlyDictionary<string, string> Labels, DateTimeOffset Enrolled, string InvitedBy, DateTimeOffset CertificateExpires,
    DateTimeOffset? LastReport, DeviceHealth Health)
{
    internal static DeviceView Of(Device device, string? owner, DateTimeOffset? lastReport) => new(
        device.Id, device.Name, owner, device.Platform, device.HostName, device.KeyAssurance.Name(), DeviceFace.Name(device.Standing),
        HeldName(device.HoldCause), device.StandingReason, device.Compliant, device.Stale, device.Labels, device.Enrolled, device.InvitedBy,
        device.CertificateExpires, lastReport ?? device.Reported, Healths.Of(device));

    private static string? HeldName(DeviceHoldCause? cause) => cause switch
    {
        DeviceHoldCause.Administrator => "administrator",
        DeviceHoldCause.Forked => "forked",
        _ => null,
    };
}

/// <summary>A fact as it was reported. Since: when it became what it is. At: when it was so last, as far as is known.</summary>
/// <param name="Name">As policies and rules spell it.</param>
/// <param name="Title">What holds when it passes.</param>
/// <param name="Fix">What to do when it does not.</param>
/// <param name="State"><c>pass</c>, <c>fail</c> or <c>unknown</c>.</param>
/// <param name="Provenance"><c>claimed</c>, <c>agent-signed</c>, <c>vendor-confirmed</c> or <c>attested</c>.</param>
public sealed record DeviceFactView(
    string Name, string Title, string? Fix, string State, string Evidence, string Source, string Provenance, DateTimeOffset Since, DateTimeOffset? At)
{
    internal static DeviceFactView Of(StoredFact fact, DateTimeOffset? lastReport) => new(
        fact.Name, FactNames.Find(fact.Name)?.Title ?? fact.Name, FactNames.Find(fact.Name)?.Fix, fact.State.Name(), fact.Evidence, fact.Source, fact.Provenance.Name(), fact.Since,
        fact.At ?? lastReport);
}

/// <summary>How a rule in force stands with a device.</summary>
/// <param name="Severity"><c>block</c> or <c>warn</c>.</param>
/// <param name="Since">Since when it holds or does not.</param>
/// <param name="Until">When its grace is over; null when it has none left or needs none.</param>
/// <param name="Turns">When the opposite begins to count, if what was seen last stays.</param>
/// <param name="Reasons">Why it does not hold, and what to do.</param>
public sealed record DeviceRuleView(
    string Rule, string Severity, bool Holds, DateTimeOffset Since, DateTimeOffset? Until, DateTimeOffset? Turns, IReadOnlyList<HealthReason> Reasons)
{
    internal static DeviceRuleView Of(PostureRule rule, RuleStanding standing, StoredPosture posture, DateTimeOffset now)
    {
        var counts = standing.Since + rule.Spec.Grace;
        return new DeviceRuleView(
            rule.Name, rule.Spec.Severity == RuleSeverity.Block ? "block" : "warn", standing.Holds, standing.Since,
            !standing.Holds && rule.Spec.Severity == RuleSeverity.Block && counts > now ? counts : null,
            standing.Seen != standing.Holds ? standing.SeenSince + ComplianceJudge.Patience(rule, standing.Seen) : null,
            standing.Holds ? [] : [.. ComplianceJudge.Words(rule, posture, null)]);
    }
}

/// <summary>What one provider of posture says of a device.</summary>
/// <param name="Provider">Its name.</param>
/// <param name="Fact">Which fact it confirms.</param>
/// <param name="Health"><c>green</c>, <c>yellow</c>, <c>red</c>, or <c>missing</c> when it says nothing that counts.</param>
/// <param name="Evidence">By what, or why nothing.</param>
/// <param name="Seen">When the product last heard of the machine.</param>
/// <param name="Until">When that is too old.</param>
public sealed record DeviceConfirmationView(string Provider, string Fact, string Health, string Evidence, DateTimeOffset? Seen, DateTimeOffset? Until)
{
    internal static DeviceConfirmationView Of(string name, PostureProviderSpec provider, Confirmation? said) => said is null
        ? new(name, provider.Fact, NameOf(ProviderHealth.Missing), "the provider has said nothing of it yet", null, null)
        : new(name, said.Fact, NameOf(said.Health), said.Evidence, said.Seen, said.Until);

    private static string NameOf(ProviderHealth health) => JsonNamingPolicy.CamelCase.ConvertName(health.ToString());
}

/// <summary>
/// One device with all of its facts, the rules that concern it, and what each provider of posture says of it. While it is stale, policies know
/// none of the facts.
/// </summary>
public sealed record DeviceDetail(
    DeviceView Device, IReadOnlyList<DeviceFactView> Facts, IReadOnlyList<DeviceRuleView> Rules, IReadOnlyList<DeviceConfirmationView> Confirmations);

/// <summary>How a provider of posture does since the control plane began.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Heard">When it last said something that was taken.</param>
/// <param name="Records">How many records that were.</param>
/// <param name="Matched">How many devices have one.</param>
/// <param name="Ambiguous">How many devices are named by several, or together.</param>
/// <param name="Refused">How many of its webhooks were refused.</param>
/// <param name="Problem">Why it could not be asked.</param>
public sealed record PostureProviderView(string Name, DateTimeOffset? Heard, int? Records, int? Matched, int? Ambiguous, long Refused, string? Problem)
{
    internal static PostureProviderView Of(string name, ProviderState state) =>
        new(name, state.Heard, state.Figures?.Records, state.Figures?.Matched, state.Figures?.Ambiguous, state.Refused, state.Problem);
}

/// <summary>A fact that became something else.</summary>
public sealed record DeviceFactChangeView(string Name, string State, string? Evidence, DateTimeOffset At);

/// <summary>A machine that may enrol: whose it will be, what it is called, and its labels; all may be left out.</summary>
public sealed record DeviceInvitationBody(string? Owner = null, string? Name = null, IReadOnlyDictionary<string, string>? Labels = null);

/// <summary>The only answer that ever holds an enrolment link.</summary>
public sealed record DeviceInvitationMade(string Link, DateTimeOffset Expires)
{
    public override string ToString() => nameof(DeviceInvitationMade);
}

/// <summary>The specification of a PostureRule that is tried on what devices reported.</summary>
/// <param name="Name">The rule whose place it would take; null for a new one.</param>
public sealed record PostureRuleBody(JsonElement Spec, string? Name = null);

/// <summary>Why; the person is told it.</summary>
public sealed record DeviceReasonBody(string? Reason = null);

public sealed record DeviceNameBody(string Name);
