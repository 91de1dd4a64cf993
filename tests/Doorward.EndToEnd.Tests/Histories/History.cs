using System.Collections.Immutable;

namespace Doorward.EndToEnd.Tests.Histories;

/// <summary>What was seen from outside, each with its time since the history began, and what the audit log says of it afterwards.</summary>
internal sealed record History
{
    public ImmutableArray<ServedRequest> Requests { get; init; } = [];
    public ImmutableArray<Delivery> Deliveries { get; init; } = [];
    public ImmutableArray<Change> Changes
    {
        get;
        init
        {
            field = value;
            ChangesOf = value.ToLookup(change => change.Switch);
        }
    } = [];

    public ILookup<Switch, Change> ChangesOf { get; private init; } = Array.Empty<Change>().ToLookup(change => change.Switch);

    public ImmutableArray<Observation> Observations { get; init; } = [];
    public ImmutableArray<Span> Partitions { get; init; } = [];
    public ImmutableArray<Span> GatewayLives { get; init; } = [];
    public ImmutableArray<AllowRecord> Records { get; init; } = [];
    public ImmutableArray<SpoolNumber> Numbers { get; init; } = [];

    /// <summary>How long a gateway that hears nothing may go on serving an application.</summary>
    public required Func<string, TimeSpan> LeaseOf { get; init; }
}

/// <summary>Who asks for what.</summary>
internal readonly record struct Access(string User, string Session, string Application);

/// <summary>A request that the upstream answered: it was let in.</summary>
internal sealed record ServedRequest(Access Access, TimeSpan Began, TimeSpan Ended);

/// <summary>The last that a stream brought: when the upstream wrote it, so that a slow reader is not held against the gateway.</summary>
internal sealed record Delivery(Access Access, TimeSpan LastWritten);

/// <summary>Something that lets in or keeps out as long as it stands: all that concern an access must let in.</summary>
internal readonly record struct Switch(SwitchKind Kind, string Name)
{
    /// <summary>All that concern an access.</summary>
    public static IEnumerable<Switch> Of(Access access) =>
    [
        new(SwitchKind.Session, access.Session), new(SwitchKind.UserEnabled, access.User),
        new(SwitchKind.Membership, access.User), new(SwitchKind.Policy, access.Application),
    ];

    public override string ToString() => $"{Kind} {Name}";
}

internal enum SwitchKind { Session, UserEnabled, Membership, Policy }

/// <summary>An administrative change. It may have happened at any time between the two; from the second on it must hold.</summary>
internal sealed record Change(Switch Switch, bool Allows, TimeSpan Sent, TimeSpan Acknowledged);

/// <summary>What the control plane says of a switch when asked, after a restart and at the end.</summary>
internal sealed record Observation(Switch Switch, bool Allows, TimeSpan Asked, TimeSpan Answered);

/// <summary>A time in which the gateway may not have heard of changes, or in which one process lived.</summary>
internal sealed record Span(TimeSpan Began, TimeSpan Ended);

/// <summary>A decision in the audit log that lets in.</summary>
internal sealed record AllowRecord(string Session, string Application, TimeSpan At);

/// <summary>A record's number in a gateway's spool.</summary>
internal readonly record struct SpoolNumber(string Spool, long Number);
