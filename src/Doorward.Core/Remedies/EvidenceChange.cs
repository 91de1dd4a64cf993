using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Evidences;

namespace Doorward.Core.Remedies;

/// <summary>One change of evidence that could be made. Cost orders the search: what a person can do at once comes first.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "change")]
[JsonDerivedType(typeof(RaiseAssurance), "raise-assurance")]
[JsonDerivedType(typeof(SignInAgain), "sign-in-again")]
[JsonDerivedType(typeof(EnrolDevice), "enrol-device")]
[JsonDerivedType(typeof(ProveDevice), "prove-device")]
[JsonDerivedType(typeof(RepairDevice), "repair-device")]
[JsonDerivedType(typeof(MendFact), "mend-fact")]
[JsonDerivedType(typeof(UseStrongerKey), "use-stronger-key")]
[JsonDerivedType(typeof(JoinGroup), "join-group")]
[JsonDerivedType(typeof(LeaveGroup), "leave-group")]
[JsonDerivedType(typeof(UseNetwork), "use-network")]
[JsonDerivedType(typeof(WaitUntil), "wait-until")]
[JsonDerivedType(typeof(LowerRisk), "lower-risk")]
public abstract record EvidenceChange
{
    /// <summary>Whether the person can do this about themselves, without anybody's permission.</summary>
    [JsonIgnore]
    public abstract bool OwnDoing { get; }

    /// <summary>A plain sentence for the person, in the imperative.</summary>
    [JsonIgnore]
    public abstract string Sentence { get; }

    /// <summary>The evidence as it would be after the change.</summary>
    public abstract Evidence Apply(Evidence evidence);
}

/// <summary>A stronger sign-in, which is also a fresh one.</summary>
public sealed record RaiseAssurance(int Assurance) : EvidenceChange
{
    public override bool OwnDoing => true;

    public override string Sentence => Assurance >= 3
        ? "Confirm that it is you with a passkey or security key."
        : "Confirm that it is you with a second factor.";

    public override Evidence Apply(Evidence evidence) => evidence.Session is not { } session
        ? evidence
        : evidence with
        {
            Session = session with
            {
                Assurance = Math.Max(session.Assurance, Assurance),
                Methods = session.Methods.Union(Assurance >= 3 ? ["hwk", "mfa"] : ["otp", "mfa"], StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray(),
                Authenticated = evidence.Time.Now,
            },
        };
}

/// <summary>The same sign-in once more, so that it is fresh.</summary>
public sealed record SignInAgain : EvidenceChange
{
    public override bool OwnDoing => true;
    public override string Sentence => "Sign in again: your last sign-in is too long ago for this.";

    public override Evidence Apply(Evidence evidence) => evidence.Session is not { } session
        ? evidence
        : evidence with { Session = session with { Authenticated = evidence.Time.Now } };
}

/// <summary>A managed device that proves its key on this connection, and has just reported.</summary>
public sealed record EnrolDevice : EvidenceChange
{
    public override bool OwnDoing => true;
    public override string Sentence => "Use a device that is enrolled with your organisation.";

    public override Evidence Apply(Evidence evidence) => evidence with
    {
        Device = (evidence.Device ?? new DeviceEvidence("any", true, true, true, false) { KeyAssurance = 1 }) with
        {
            Managed = true,
            Seen = true,
            Bound = true,
            Reported = evidence.Time.Now,
        },
    };
}

/// <summary>The device that signed for the session is heard of, and vouches for this connection.</summary>
public sealed record ProveDevice : EvidenceChange
{
    public override bool OwnDoing => true;
    public override string Sentence => "Have your device prove that it is here: its agent must run; where you use a browser, that must be allowed to ask it.";

    public override Evidence Apply(Evidence evidence) =>
        evidence.Device is { } device ? evidence with { Device = device with { Bound = true, Reported = evidence.Time.Now } } : evidence;
}

/// <summary>A device whose key is kept better; it is then one that proves it.</summary>
public sealed record UseStrongerKey(int KeyAssurance) : EvidenceChange
{
    public override bool OwnDoing => true;

    public override string Sentence => KeyAssurance switch
    {
        >= 4 => "Use a device whose key is in a TPM that its manufacturer vouches for.",
        3 => "Use a device whose key is in a TPM.",
        _ => "Use a device whose key is in a token.",
    };

    public override Evidence Apply(Evidence evidence) =>
        evidence.Device is { } device ? evidence with { Device = device with { KeyAssurance = Math.Max(device.KeyAssurance, KeyAssurance) } } : evidence;
}

/// <summary>The device meets the posture rules. The reasons are why it does not, as it was told.</summary>
public sealed record RepairDevice(ImmutableArray<string> Reasons = default) : EvidenceChange
{
    public override bool OwnDoing => true;

    public override string Sentence => Reasons.IsDefaultOrEmpty
        ? "Bring your device into line with your organisation's rules."
        : $"Fix your device: {string.Join(' ', Reasons)}";

    public override Evidence Apply(Evidence evidence) =>
        evidence.Device is { } device ? evidence with { Device = device with { Compliant = true } } : evidence;

    public bool Equals(RepairDevice? other) => other is not null;

    public override int GetHashCode() => nameof(RepairDevice).GetHashCode(StringComparison.Ordinal);
}

/// <summary>One fact of the device passes, and everybody who can stands behind it.</summary>
public sealed record MendFact(string Fact) : EvidenceChange
{
    private const int Attested = 4;

    public override bool OwnDoing => true;
    public override string Sentence => FactNames.Find(Fact) is { } known ? $"On your device: {known.Fix}" : "Bring your device into line with your organisation's rules.";

    public override Evidence Apply(Evidence evidence) => evidence.Device is not { } device
        ? evidence
        : evidence with
        {
            Device = device with
            {
                Facts = [.. device.Facts.Where(fact => fact.Name != Fact).Append(new FactEvidence(Fact, true, Attested)).OrderBy(static fact => fact.Name, StringComparer.Ordinal)],
            },
        };
}

public sealed record JoinGroup(string Group) : EvidenceChange
{
    public override bool OwnDoing => false;
    public override string Sentence => $"Be a member of the group {Group}.";

    public override Evidence Apply(Evidence evidence) => evidence with
    {
        Subject = evidence.Subject with
        {
            Groups = evidence.Subject.Groups.Append(Group).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray(),
        },
    };
}

public sealed record LeaveGroup(string Group) : EvidenceChange
{
    public override bool OwnDoing => false;
    public override string Sentence => $"Be no member of the group {Group}.";

    public override Evidence Apply(Evidence evidence) => evidence with
    {
        Subject = evidence.Subject with { Groups = evidence.Subject.Groups.Remove(Group) },
    };
}

public sealed record UseNetwork(string Network) : EvidenceChange
{
    public override bool OwnDoing => false;
    public override string Sentence => $"Come from the network {Network}.";

    public override Evidence Apply(Evidence evidence) => evidence.Network is not { } network
        ? evidence
        : evidence with { Network = network with { Networks = network.Networks.Add(Network).Sort(StringComparer.Ordinal) } };
}

/// <summary>Another time: the first full hour at which it would be allowed.</summary>
public sealed record WaitUntil(DateTimeOffset At, int Hour, int Weekday) : EvidenceChange
{
    public override bool OwnDoing => false;
    public override string Sentence => $"Come back at {At:yyyy-MM-dd HH:mm} ({At:zzz}).";

    public override Evidence Apply(Evidence evidence) => evidence with { Time = new TimeEvidence(At, Hour, Weekday) };
}

public sealed record LowerRisk(int Score) : EvidenceChange
{
    public override bool OwnDoing => false;
    public override string Sentence => "Your activity looks unusual: ask your security team to review it.";

    public override Evidence Apply(Evidence evidence) =>
        evidence.Risk is { } risk ? evidence with { Risk = risk with { Score = Score, Level = "low", Reasons = [] } } : evidence;
}
