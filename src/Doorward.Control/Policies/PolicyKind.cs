using System.Text.Json.Nodes;
using Doorward.Cedar;
using Doorward.Cedar.Syntax;
using Doorward.Control.Applications;
using Doorward.Control.Policies.Tests;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Resources.Specs;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Evaluations;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Policies;

/// <summary>Policies. Texts are never edited: a change retires one version and adds the next, in the edit's one publication.</summary>
internal sealed class PolicyKind : IResourceKind
{
    public const string Name = "Policy";

    public string Kind => Name;

    public string Plural => "policies";

    public object Read(SpecReading reading)
    {
        var fields = reading.Spec;
        var cedar = fields.RequiredText("cedar", "add cedar: with one permit or forbid statement", ParserOptions.Default.MaxLength);
        var lead = LinesBefore(cedar ?? "");
        var spec = new PolicySpec(cedar?.Trim() ?? "", fields.Flag("reportOnly")) { LinesBefore = lead, TestsJson = PolicyTestText.ToJson(PolicyTestText.Read(fields)) };
        fields.End();
        if (cedar is null) return spec;
        foreach (var error in RememberedChecks.Of(reading.Name, spec.Cedar).Errors)
        {
            fields.Fail("cedar", error.Message, error.Hint ?? "see docs/guides/policies.md", error.Location.Line + lead, error.Location.Column, error.Expected);
        }

        return spec;
    }

    public JsonObject Write(object spec)
    {
        var policy = (PolicySpec)spec;
        var written = new SpecWriter().Text("cedar", policy.Cedar).Flag("reportOnly", policy.ReportOnly).Spec;
        if (policy.TestsJson is { } tests) written[PolicyTestText.Field] = JsonNode.Parse(tests);
        return written;
    }

    public bool Same(object one, object other) => (PolicySpec)one with { LinesBefore = 0 } == (PolicySpec)other with { LinesBefore = 0 };

    public async Task<Resource?> FindAsync(DoorwardDb db, string name, CancellationToken ct) =>
        await InEffect(db).SingleOrDefaultAsync(p => p.Name == name, ct) is { } policy ? Load(policy) : null;

    public async Task<IReadOnlyList<Resource>> ListAsync(DoorwardDb db, string after, int limit, CancellationToken ct)
    {
        var policies = await InEffect(db).Where(p => p.Name.CompareTo(after) > 0).OrderBy(static p => p.Name).Take(limit).ToListAsync(ct);
        return policies.ConvertAll(Load);
    }

    public async Task PutAsync(Edit edit, string name, object spec, Resource? stored, CancellationToken ct)
    {
        if (stored is not null) await RetireAsync(edit, name, ct);
        var newest = await edit.Db.Policies.Where(p => p.Name == name).MaxAsync(static p => (long?)p.Version, ct) ?? 0;
        var policy = (PolicySpec)spec;
        edit.Publication.Added.Add(new PolicyVersion
        {
            Name = name,
            Version = newest + 1,
            Cedar = policy.Cedar,
            ReportOnly = policy.ReportOnly,
            TestsJson = policy.TestsJson,
            Managed = edit.Managed,
        });
    }

    public Task DeleteAsync(Edit edit, Resource stored, CancellationToken ct) => RetireAsync(edit, stored.Name, ct);

    public void Check(World world, Resource resource, Findings findings)
    {
        if (!world.Policies.TryGetValue(resource.Name, out var policy)) return;
        foreach (var application in world.Applications.Values.Where(application => OpaquePaths.Conflicts(policy, application)))
        {
            findings.Add(resource.Key, "cedar", $"the policy reads context.http.path, and application {application.Name} has opaque paths",
                $"name another application in the scope, or remove paths: opaque from {application.Name}");
        }

        foreach (var (uid, at) in PolicyMentions.UnknownInScope(policy, world)) Warn($"there is no {uid} yet", at);
        if (policy.Scope.Resource.Reference is EntityReference.Literal { Uid: { Type: CedarNames.ApplicationType } own } && own.Id == SystemApplications.Console)
            Warn($"{own} is judged by the product's own policies alone, so that nobody can lock all administrators out; this policy never applies", policy.ResourceLocation, "who may in is a matter of the groups of the roles");
        foreach (var warning in RememberedChecks.Of(resource.Name, ((PolicySpec)resource.Spec).Cedar).Warnings) Warn(warning.Message, warning.Location, warning.Hint);

        void Warn(string message, SourceLocation at, string? fix = null) => findings.Warn(resource.Key, new ResourceError
        {
            Field = "cedar",
            Message = message,
            Fix = fix,
            Line = at.Line + ((PolicySpec)resource.Spec).LinesBefore,
            Column = at.Column,
        });
    }

    private static async Task RetireAsync(Edit edit, string name, CancellationToken ct)
    {
        var current = await edit.Db.Policies.SingleAsync(p => p.Name == name && p.RetiredById == null, ct);
        edit.Publication.Retired.Add(current);
    }

    private static IQueryable<PolicyVersion> InEffect(DoorwardDb db) => db.Policies.AsNoTracking().Where(static p => p.RetiredById == null);

    // Places are told as in the text that was sent, of which the blank lines at its head are not kept.
    private static int LinesBefore(string cedar) => cedar[..(cedar.Length - cedar.TrimStart().Length)].Count(static c => c == '\n');

    private Resource Load(PolicyVersion policy) =>
        new(Kind, policy.Name, policy.Version, new PolicySpec(policy.Cedar, policy.ReportOnly) { TestsJson = policy.TestsJson }, policy.System, policy.Managed);
}
