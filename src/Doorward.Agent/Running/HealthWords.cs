using Doorward.Agent.Control;
using Doorward.Agent.State;
using Doorward.Core.Applications;
using Doorward.Core.Devices.Reports;

namespace Doorward.Agent.Running;

/// <summary>How the device does, of what was last heard: the control plane's own words while it is heard, and what stands in the way while not.</summary>
internal sealed class HealthWords(AgentRecord record, TimeProvider time)
{
    /// <summary>For how long a device counts that is not heard of.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(75);
    private DeviceHealth? _last;
    private DateTimeOffset? _counted;
    private DateTimeOffset? _heard;

    // Why the last report did not get there; null when it did. Whoever asks is answered all the same, by what is known from before.
    private string? _unsent;
    private string _name = record.Name;

    /// <summary>After a report, which counts once it is answered.</summary>
    public AgentHealth Of(Heard<ReportAnswer> heard)
    {
        if (heard.Answer is not null) _counted = time.GetUtcNow();
        _unsent = heard is { Answer: null, Problem: null } ? heard.Silence ?? "the device's key cannot be used" : null;
        return Of(new Heard<DeviceHealth>(heard.Answer?.Health, heard.Problem, heard.Silence));
    }

    public AgentHealth Of(Heard<DeviceHealth> heard)
    {
        var now = time.GetUtcNow();
        if (heard.Silence is null) _heard = now;
        if (heard.Answer is { } answer)
        {
            (_last, _name) = (answer, answer.Name is { } name ? Plain(name) : _name);
            return _unsent is null ? Health(answer.Colour, answer.Reasons) : Health(answer.Colour == "green" ? "yellow" : answer.Colour, [Silence(_unsent), .. answer.Reasons]);
        }

        if (heard.Problem is { } problem) return Health("red", [new HealthReason(problem.Detail, problem.Fix)]);
        var silence = Silence(heard.Silence ?? "the device's key cannot be used");
        var counts = _counted is { } at && now - at < Stale;
        return Health(counts && _last?.Colour != "red" ? "yellow" : "red", [silence, .. counts ? _last?.Reasons ?? [] : []]);
    }

    private HealthReason Silence(string why) => new($"Nothing was reported{Since()}: {why}.", "It is tried again by itself; look at this machine's network.");

    private string Since() => _counted is { } at ? $" since {at:yyyy-MM-dd HH:mm:ss} UTC" : "";

    // Whose words these are has no say over the terminal that they are shown on.
    private static string Plain(string text) => string.Concat(text.Select(static letter => Shown.IsHidden(letter) ? ' ' : letter));

    private AgentHealth Health(string colour, HealthReason[] reasons) => new()
    {
        Device = record.Device,
        Name = _name,
        KeyAssurance = record.KeyAssurance,
        Colour = colour,
        Reasons = [.. reasons.Select(static reason => reason with { What = Plain(reason.What), Fix = Plain(reason.Fix) })],
        LastReport = _counted,
        Heard = _heard,
        Written = time.GetUtcNow(),
    };
}
