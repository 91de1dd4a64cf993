using System.Collections.Immutable;

namespace Doorward.Core.Devices.Posture;

/// <summary>What is known of a device after its last accepted report.</summary>
public sealed record DevicePosture
{
    public static readonly DevicePosture None = new();

    /// <summary>Of the report; 0 before the first one.</summary>
    public ulong Sequence { get; init; }

    /// <summary>When it was accepted, by the clock of whoever accepted it.</summary>
    public DateTimeOffset At { get; init; }
    public ImmutableDictionary<string, PostureFact> Facts { get; init; } = ImmutableDictionary<string, PostureFact>.Empty;
}
