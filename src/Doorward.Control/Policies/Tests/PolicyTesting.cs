using System.Collections.Immutable;
using Doorward.Control.Decisions;
using Doorward.Control.Policies.Cases;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Storage;
using Doorward.Core.Evaluations;
using Doorward.Core.Remedies;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Policies.Tests;

/// <summary>
/// Asks the tests of all policies as they stand in a transaction, by the evaluation that gateways use. Inside the transaction that
/// publishes, tests and publication see the same world, and nobody else's change can come between them. Who only asks reads a snapshot
/// and asks of that, so that no writer waits.
/// </summary>
internal sealed class PolicyTesting(TimeProvider time)
{
    public const int MostTests = 10_000;
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RemedyBudget = TimeSpan.FromMilliseconds(50);
    private const int MostRemedies = 10;
    private PolicyBundle _compiled = PolicyBundle.Empty;

    public async Task<PolicyTestReport> RunAsync(DoorwardDb db, CancellationToken ct) => Run(await ReadAsync(db, [], ct), ct);

    /// <summary>Reads policies, tests and what these speak of, as they would stand with some changes that nobody has written.</summary>
    public static async Task<PolicyTestSubject> ReadAsync(DoorwardDb db, IReadOnlyList<SupposedChange> changes, CancellationToken ct)
    {
        var supposed = changes.Where(static change => change.Key.Kind == PolicyKind.Name).ToDictionary(static change => change.Key.Name, static change => change.Spec as PolicySpec, StringComparer.Ordinal);
        if (!supposed.Values.Any(static spec => spec?.TestsJson is not null) && !await db.Policies.AnyAsync(static p => p.RetiredById == null && p.TestsJson != null, ct)) return new([], [], null);
        var stored = await db.Policies.AsNoTracking().Where(static p => p.RetiredById == null).ToListAsync(ct);
        List<PolicyVersion> policies =
        [
            .. stored.Where(policy => !supposed.ContainsKey(policy.Name))
                .Concat(supposed.Where(static one => one.Value is not null).Select(static one => new PolicyVersion
                {
                    Name = one.Key, Version = 0, Cedar = one.Value!.Cedar, ReportOnly = one.Value.ReportOnly, TestsJson = one.Value.TestsJson,
                }))
                .OrderBy(static policy => policy.Name, StringComparer.Ordinal),
        ];
        var tests = policies.SelectMany(static p => PolicyTestText.FromJson(p.TestsJson).Select((test, place) => (Policy: p.Name, Place: place, Test: test))).ToList();
        return tests.Count is 0 or > MostTests
            ? new(policies, tests, null)
            : new(policies, tests, (await CaseWorld.ReadAsync(db, [.. tests.Select(static one => one.Test.Case)], ct)).With(changes));
    }

    /// <summary>Asks them all.</summary>
    public PolicyTestReport Run(PolicyTestSubject subject, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        var tests = subject.Tests;
        if (tests.Count == 0) return PolicyTestReport.Empty;
        if (subject.World is not { } world) return new PolicyTestReport([], TooMany(tests.Count));
        var policies = Compile(subject.Policies);

        // Gateways serve nothing from such a set, and only what mends it can be published: no test could pass before it is whole.
        if (!policies.Faults.IsEmpty) return PolicyTestReport.Empty;
        var noon = MidweekNoon(time.GetUtcNow());
        var (results, remedies) = (new List<PolicyTestResult>(tests.Count), MostRemedies);
        foreach (var (policy, place, test) in tests)
        {
            ct.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(started) > Budget) return new PolicyTestReport(results, TooSlow(results.Count, tests.Count));
            var result = Ask(world, policies, policy, place, test, noon, remedies > 0);
            if (!result.Passed) remedies--;
            results.Add(result);
        }

        return new PolicyTestReport(results);
    }

    /// <summary>Noon in the middle of this week: what a test must not depend on is the hour at which somebody publishes.</summary>
    private static DateTimeOffset MidweekNoon(DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        return today.AddDays(DayOfWeek.Wednesday - today.DayOfWeek).AddHours(12);
    }

    private PolicyTestResult Ask(CaseWorld world, PolicyBundle policies, string policy, int place, PolicyTest test, DateTimeOffset noon, bool remedies)
    {
        var input = world.Suppose(test.Case with { At = test.Case.At ?? noon }, noon);
        var decision = input is null ? default : world.IsDisabled(test.Case) ? new AccessDecision { Cause = DecisionCause.SubjectDisabled } : Evaluator.Evaluate(policies, input);
        var holds = decision.Allowed == test.Allow && (test.By is null || decision.Reasons.Contains(test.By));
        var missing = world.MissingFrom(test.Case);
        // Without such a network nobody can come from it, and a test that says so proves nothing.
        var passed = holds && missing is not { Kind: "network" };
        return new PolicyTestResult(
            policy, place, test.Name, passed, Word(test.Allow), Word(decision.Allowed), decision.Cause.ToString(), test.By, decision.Reasons,
            [.. decision.Errors.Select(static error => $"{error.Policy}: {error.Message}")],
            missing is { } not ? $"there is no {not.Kind} {not.Name}" : null,
            passed || !remedies || !test.Allow || decision.Allowed || input is null ? [] : [.. RemedySearch.Find(policies, input, time, RemedyBudget).Select(ExplainedRemedy.Of)]);
    }

    // What is compiled already is kept: an edit changes few of many.
    private PolicyBundle Compile(List<PolicyVersion> inForce)
    {
        var known = _compiled;
        var definitions = known.Policies.ToDictionary(static p => p.Definition.Name, static p => p.Definition, StringComparer.Ordinal);
        var wanted = inForce.ConvertAll(static p => new PolicyDefinition(p.Name, p.Cedar, p.ReportOnly, p.System));
        var names = wanted.Select(static p => p.Name).ToHashSet(StringComparer.Ordinal);
        var next = known.With(0, wanted.Where(p => definitions.GetValueOrDefault(p.Name) != p), definitions.Keys.Concat(known.Faults.Select(static fault => fault.Policy)).Where(name => !names.Contains(name)));
        return _compiled = next;
    }

    private static string Word(bool allowed) => allowed ? "allow" : "deny";

    private static ResourceError TooMany(int count) => new()
    {
        Message = $"the policies have {count} tests; {MostTests} are the most",
        Fix = "take away those that others say too",
    };

    private static ResourceError TooSlow(int done, int all) => new()
    {
        Message = $"only {done} of {all} policy tests came to an answer within {Budget.TotalSeconds:0} s",
        Fix = "take away tests that others say too, or try again when the machine has less to do",
    };
}
