using Doorward.Control.Devices.Reports;
using Doorward.Control.Storage;
using Doorward.Core.Devices;

namespace Doorward.Control.Devices.Compliance;

/// <summary>A device as rules see it.</summary>
internal sealed record RuleSubject(string Id, string Platform, int KeyAssurance, IReadOnlyDictionary<string, string> Labels, StoredPosture Posture)
{
    public static RuleSubject Of(Device device, StoredPosture posture) => new(device.Id, device.Platform, device.KeyAssurance.Rank(), device.Labels, posture);
}

/// <summary>A rule in force. One whose expression no longer compiles holds for no device: an update of the product must not open anything.</summary>
internal sealed record PostureRule(string Name, PostureRuleSpec Spec, RuleText? Text)
{
    public bool Concerns(RuleSubject subject) =>
        (Spec.Platforms.Count == 0 || Spec.Platforms.Contains(subject.Platform))
        && Spec.Labels.All(label => subject.Labels.TryGetValue(label.Key, out var value) && value == label.Value);

    public bool Holds(RuleSubject subject) => Ask(subject) == RuleAnswer.Holds;

    public RuleAnswer Ask(RuleSubject subject) => Text?.Ask(subject) ?? RuleAnswer.Fails;
}

/// <summary>What a rule says of a device. What cannot be said because something is not known fails as well.</summary>
internal enum RuleAnswer { Unknown, Fails, Holds }
