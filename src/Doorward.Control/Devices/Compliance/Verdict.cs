using System.Collections.Immutable;
using System.Text.Json;
using Doorward.Core.Devices.Reports;

namespace Doorward.Control.Devices.Compliance;

/// <summary>How one rule stands with one device.</summary>
/// <param name="Rule">Its name.</param>
/// <param name="Holds">What counts.</param>
/// <param name="Since">Since when it counts.</param>
/// <param name="Seen">What the last look saw, which counts only after it lasted.</param>
/// <param name="SeenSince">Since when it was seen.</param>
internal sealed record RuleStanding(string Rule, bool Holds, DateTimeOffset Since, bool Seen, DateTimeOffset SeenSince);

/// <summary>What is concluded from a device's posture. The zero value would say that all is well, so there is none: nothing stands for nothing.</summary>
internal sealed record Verdict
{
    public required ImmutableArray<RuleStanding> Rules { get; init; }
    public required ImmutableArray<HealthReason> Reasons { get; init; }

    /// <summary>Whether a rule that blocks fails, and its grace is over.</summary>
    public required bool Blocked { get; init; }

    /// <summary>When the clock alone changes it; null when it does not.</summary>
    public DateTimeOffset? Due { get; init; }

    public string Colour => Blocked ? "red" : Reasons.IsEmpty ? "green" : "yellow";

    public static Verdict? Parse(string json) => json.Length == 0 ? null : JsonSerializer.Deserialize<Verdict>(json, JsonSerializerOptions.Web);

    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}
