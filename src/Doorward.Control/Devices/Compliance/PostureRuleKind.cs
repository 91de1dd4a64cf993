using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Specs;
using Doorward.Control.Storage;

namespace Doorward.Control.Devices.Compliance;

/// <summary>Rules that say which devices are compliant.</summary>
internal sealed class PostureRuleKind : DocumentKind<PostureRuleSpec>
{
    private const int LongestWords = 200;
    private static readonly TimeSpan LongestGrace = TimeSpan.FromDays(90);
    private static readonly TimeSpan LongestDebounce = TimeSpan.FromHours(1);
    private static readonly ImmutableArray<string> KnownPlatforms = ["linux", "macos", "windows"];

    public override string Kind => ResourceKinds.PostureRule;

    public override string Plural => "posturerules";

    protected override PostureRuleSpec ReadSpec(SpecReading reading)
    {
        var fields = reading.Spec;
        var when = fields.RequiredText("when", "add when: with an expression, as context.posture.firewall.pass", RuleText.MaxLength);
        var spec = new PostureRuleSpec
        {
            When = when?.Trim() ?? "",
            Severity = fields.Choice("severity", RuleSeverity.Block),
            Grace = Within(fields, "grace", LongestGrace) ?? TimeSpan.Zero,
            Tighten = Within(fields, "tighten", LongestDebounce) ?? TimeSpan.Zero,
            Loosen = Within(fields, "loosen", LongestDebounce) ?? PostureRuleSpec.UsualLoosen,
            Labels = fields.Map("labels", 64, 256),
            Platforms = [.. fields.Texts("platforms").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Title = fields.Text("title", LongestWords),
            Fix = fields.Text("fix", LongestWords),
        };
        fields.End();
        foreach (var platform in spec.Platforms.Except(KnownPlatforms))
            fields.Fail("platforms", $"'{Core.Applications.Shown.Text(platform)}' is not known", $"write some of: {string.Join(", ", KnownPlatforms)}");
        if (when is null) return spec;
        foreach (var problem in RuleText.Compile(reading.Name, spec.When).Problems)
            fields.Fail("when", problem.Message, problem.Hint ?? "see docs/reference/devices.md", problem.Line, problem.Column);
        return spec;
    }

    protected override JsonObject WriteSpec(PostureRuleSpec spec) => new SpecWriter()
        .Text("when", spec.When)
        .Choice("severity", spec.Severity, RuleSeverity.Block)
        .Duration("grace", spec.Grace, TimeSpan.Zero)
        .Duration("tighten", spec.Tighten, TimeSpan.Zero)
        .Duration("loosen", spec.Loosen, PostureRuleSpec.UsualLoosen)
        .Map("labels", spec.Labels)
        .Texts("platforms", spec.Platforms)
        .Text("title", spec.Title)
        .Text("fix", spec.Fix)
        .Spec;

    protected override PostureRuleSpec FromJson(string json) => Load(json);

    protected override string ToJson(PostureRuleSpec spec) => JsonSerializer.Serialize(spec, JsonSerializerOptions.Web);

    internal static PostureRuleSpec Load(string json) => JsonSerializer.Deserialize<PostureRuleSpec>(json, JsonSerializerOptions.Web)!;

    private static TimeSpan? Within(SpecReader fields, string field, TimeSpan most)
    {
        var duration = fields.Duration(field);
        if (duration > most) fields.Fail(field, "is too long", $"write at most {DurationText.Format(most)}");
        return duration;
    }
}
