using Doorward.Control.Audit;
using Doorward.Control.Audit.Personal;
using Doorward.Control.Resources;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Control.Api;

/// <summary>What handlers say about the call they answer.</summary>
internal static class CallContext
{
    private const int MostNames = 200;
    private const int MostUsers = 32;

    /// <summary>The call; a handler that runs without one was mapped outside the gate, and must not run.</summary>
    public static ApiCall Call(this HttpContext context) => context.Features.GetRequiredFeature<ApiCall>();

    public static void Targets(this ApiCall call, string kind, string? name)
    {
        call.Details["kind"] = kind;
        call.Target = kind == Resources.Users.UserKind.Name ? AuditValue.Personal(name ?? "") : name ?? "";
    }

    /// <summary>Records why, as far as somebody said so. False when it cannot be kept as it is.</summary>
    public static bool GivesReason(this ApiCall call, string? text, out string? reason)
    {
        if (!Reasons.TryRead(text, out reason)) return false;
        if (reason is not null) call.Details["reason"] = reason;
        return true;
    }

    public static void TargetsPerson(this ApiCall call, string name) => call.Target = AuditValue.Personal(name);

    /// <summary>Names whom it is about: one as the target; of several their number, and the first of them as <see cref="Concerns"/> does.</summary>
    public static void TargetsPeople(this ApiCall call, IReadOnlyList<string> names)
    {
        if (names is [var one])
        {
            call.TargetsPerson(one);
            return;
        }

        if (names.Count == 0) return;
        call.Target = $"{names.Count} people";
        call.Concerns(names);
    }

    /// <summary>Names people beside the target: the first of them, in details that can be erased.</summary>
    public static void Concerns(this ApiCall call, IReadOnlyList<string> names)
    {
        for (var i = 0; i < Math.Min(names.Count, MostUsers); i++) call.Details[$"{PersonalStore.UserDetail}{i + 1}"] = AuditValue.Personal(names[i]);
    }

    /// <summary>
    /// Names what was changed. A user's name is personal, and a list is not erasable: the list says <c>{user1}</c>, and the detail
    /// <c>user1</c> holds the name, of the first users.
    /// </summary>
    public static void Changed(this ApiCall call, IReadOnlyList<ResourceChange> changes)
    {
        var real = changes.Where(static c => c.Change != ChangeWord.Unchanged).ToList();
        call.Details["changed"] = real.Count;
        var users = 0;
        var said = new List<string>();
        foreach (var change in real.Take(MostNames))
        {
            var name = change.Name;
            if (change.Kind == Resources.Users.UserKind.Name)
            {
                // A record has only so many details; the rest is in the number of changes.
                if (users == MostUsers) continue;
                var detail = $"{PersonalStore.UserDetail}{++users}";
                call.Details[detail] = AuditValue.Personal(change.Name);
                name = $"{{{detail}}}";
            }

            said.Add($"{change.Change} {change.Kind} {name}");
        }

        call.Details["changes"] = AuditValue.List(said);
    }
}
