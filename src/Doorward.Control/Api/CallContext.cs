using Doorward.Control.Audit;
using Doorward.Control.Resources.Editing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Control.Api;

/// <summary>What handlers say about the call they answer.</summary>
internal static class CallContext
{
    private const int MostNames = 200;

    /// <summary>The call; a handler that runs without one was mapped outside the gate, and must not run.</summary>
    public static ApiCall Call(this HttpContext context) => context.Features.GetRequiredFeature<ApiCall>();

    public static void Targets(this ApiCall call, string kind, string? name)
    {
        call.Details["kind"] = kind;
        call.Target = kind == Resources.Users.UserKind.Name ? AuditValue.Personal(name ?? "") : name ?? "";
    }

    public static void TargetsPerson(this ApiCall call, string name) => call.Target = AuditValue.Personal(name);

    /// <summary>Names what was changed. Users are counted only: their names are personal, and lists are not erasable.</summary>
    public static void Changed(this ApiCall call, IReadOnlyList<ResourceChange> changes)
    {
        var real = changes.Where(static c => c.Change != ChangeWord.Unchanged).ToList();
        call.Details["changed"] = real.Count;
        var names = real.Where(static c => c.Kind != Resources.Users.UserKind.Name).Take(MostNames).Select(static c => $"{c.Change} {c.Kind} {c.Name}");
        call.Details["changes"] = AuditValue.List(names);
    }
}
