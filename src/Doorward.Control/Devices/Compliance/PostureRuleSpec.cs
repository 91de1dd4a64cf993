using System.Collections.Immutable;

namespace Doorward.Control.Devices.Compliance;

/// <summary>What a rule's failing means.</summary>
internal enum RuleSeverity
{
    /// <summary>The device is not compliant.</summary>
    Block,

    /// <summary>Its person is told.</summary>
    Warn,
}

/// <summary>The specification of a PostureRule.</summary>
internal sealed record PostureRuleSpec
{
    public static readonly TimeSpan UsualLoosen = TimeSpan.FromSeconds(30);

    /// <summary>A Cedar expression over <c>context.posture</c> that must be true. A fact that is not known makes it untrue.</summary>
    public required string When { get; init; }
    public RuleSeverity Severity { get; init; }

    /// <summary>How long a device may fail it before that counts.</summary>
    public TimeSpan Grace { get; init; }

    /// <summary>How long it must fail before it counts as failed, and hold before it counts as held again.</summary>
    public TimeSpan Tighten { get; init; }
    public TimeSpan Loosen { get; init; } = UsualLoosen;

    /// <summary>Only for devices with all of these labels, and of one of these platforms; empty for all.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    public IReadOnlyList<string> Platforms { get; init; } = [];

    /// <summary>What the person is told, instead of the words of the facts.</summary>
    public string? Title { get; init; }
    public string? Fix { get; init; }
}
